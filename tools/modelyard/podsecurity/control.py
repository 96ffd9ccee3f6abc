"""What a control of the Pod Security Standards is, and what it says of a pod."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from modelyard.podsecurity.view import View
from modelyard.subjects.document import Path

# Of Kubernetes, major and minor; a namespace pins the standards to one of these.
Version = tuple[int, int]
Level = Literal["baseline", "restricted"]

NEWEST: Version = (1, 37)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a control does not allow.

    ``path`` leads from the pod's spec, or where ``within`` says so from its metadata, to the value at
    fault. Where something is missing it leads to where it would stand. ``evidence`` tells faults of one
    control apart that stand in one pod: whose it is, which field, which value; never an index, so that it
    stays the same when a container is put in front.
    """

    path: Path
    message: str
    evidence: str
    within: Literal["spec", "metadata"] = "spec"


@dataclass(frozen=True, slots=True)
class Control:
    """One control. ``id`` is that of the check in Kubernetes' pod-security-admission.

    ``since`` is the first version of the standards that has it; ``check`` is given the version, because
    what is allowed has grown.
    """

    id: str
    level: Level
    since: Version
    check: Callable[[View, Version], Iterator[Fault]]

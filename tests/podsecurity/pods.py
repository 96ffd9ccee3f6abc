"""Pods for the tests: the least that each level takes, and changes to it."""

from __future__ import annotations

import copy
import itertools
from typing import Any

Spec = dict[str, Any]
LISTS = ("initContainers", "containers", "ephemeralContainers")


def lenient() -> Spec:
    """The least that baseline takes: one container of each sort, nothing said of security."""
    return {key: [{"name": f"{key[:4]}-one", "image": "registry.example.com/one:1"}] for key in LISTS}


def strict() -> Spec:
    """The least that restricted takes."""
    spec = lenient()
    spec["securityContext"] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    for key in LISTS:
        spec[key][0]["securityContext"] = {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }
    return spec


def changed(spec: Spec, path: str, value: Any) -> Spec:
    """A copy in which the value at a path (``containers.0.securityContext.privileged``) is another.

    What is missing on the way is made: a list where the next step is a number, else a mapping.
    """
    result = copy.deepcopy(spec)
    steps: list[str | int] = [int(step) if step.isdigit() else step for step in path.split(".")]
    here: Any = result
    for step, after in itertools.pairwise(steps):
        fresh: Any = [] if isinstance(after, int) else {}
        if isinstance(step, int):
            while len(here) <= step:
                here.append(fresh)
            here = here[step]
        else:
            here = here.setdefault(step, fresh)
    last = steps[-1]
    if isinstance(last, int):
        here[last:] = [value]
    else:
        here[last] = value
    return result


def without(spec: Spec, path: str) -> Spec:
    """A copy without the value at a path."""
    result = copy.deepcopy(spec)
    *steps, last = path.split(".")
    here: Any = result
    for step in steps:
        here = here[int(step)] if step.isdigit() else here[step]
    del here[last]
    return result

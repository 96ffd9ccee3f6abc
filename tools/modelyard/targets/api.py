"""What a target is: one folder that turns a workload into artifacts, and what it must say of itself."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from modelyard.artifact import Artifact
from modelyard.findings import Finding
from modelyard.resolve.workload import Feature, ImageBuild, Workload
from modelyard.spec.field import Spec


class Selection(enum.Enum):
    """Who decides that a model is rendered for a target.

    NAMED: the manifest names it under ``targets``, and the environment has the platform. IMPLIED: the
    environment has the platform, and that is enough.
    """

    NAMED = "named"
    IMPLIED = "implied"


@dataclass(frozen=True)
class Derived:
    """A value that a target derives, for ``tools/explain``: its field, the value, and from what."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class Claim:
    """Something outside the workload that only one model can have: ``thing`` names it, exactly.

    Two models that claim the same thing are a finding at the field of ``path``.
    """

    thing: str
    path: tuple[str | int, ...]


def nothing_claimed(workload: Workload) -> Iterator[Claim]:
    """For a target whose workloads share nothing with each other."""
    return iter(())


def nothing_to_check(workload: Workload) -> Iterator[Finding]:
    """For a target that can carry everything it honours, in every combination."""
    return iter(())


def nothing_derived(workload: Workload) -> Iterator[Derived]:
    """For a target that takes every value as it is."""
    return iter(())


@dataclass(frozen=True)
class Target:
    """A platform that workloads are rendered for.

    ``settings`` is what a manifest may say under ``targets.<name>``, ``platform`` what an environment
    says under ``platforms.<name>``: both become part of the schemas. A feature that the manifest asks
    for and ``honours`` lacks is an error at its own YAML line. ``check`` yields the combinations that
    the platform refuses; ``render`` is only called when nothing was found, and gives the same
    artifacts for the same workload, always. ``claims`` yields what no other model may have too.
    """

    name: str
    summary: str
    settings: type[Spec]
    platform: type[Spec]
    selection: Selection
    honours: frozenset[Feature]
    render: Callable[[Workload], Iterator[Artifact]]
    check: Callable[[Workload], Iterator[Finding]] = nothing_to_check
    explain: Callable[[Workload], Iterator[Derived]] = nothing_derived
    claims: Callable[[Workload], Iterator[Claim]] = nothing_claimed


@dataclass(frozen=True)
class Problem:
    """What is wrong with an image build; ``path`` leads from the container's ``image.build`` to the field."""

    rule: str
    path: tuple[str | int, ...]
    message: str
    hint: str


@dataclass(frozen=True)
class ImageTarget:
    """A target whose files describe an image and so are the same in every environment.

    ``problems`` yields what cannot be built; ``render`` is only called when there is nothing.
    """

    name: str
    summary: str
    render: Callable[[ImageBuild], Iterator[Artifact]]
    problems: Callable[[ImageBuild], Iterator[Problem]]

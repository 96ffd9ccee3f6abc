"""The repositories that a model's images are pushed to, as a CloudFormation stack.

Rendered only where the registry is: in the region and account of the environment that owns it. Other
environments pull from there. Scanning is asked for on each repository although AWS deprecates that in
favour of the registry's configuration: it works today, needs nothing else to be set up, and is ignored
where the registry is configured; ``scan: registry`` leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.artifact import Artifact, YamlStream
from modelyard.resolve.workload import Feature, Workload
from modelyard.targets.api import Claim, Derived, Selection, Target
from modelyard.targets.ecr.settings import TARGET as NAME
from modelyard.targets.ecr.settings import EcrPlatform, EcrSettings
from modelyard.targets.ecr.stack import stack


def render(workload: Workload) -> Iterator[Artifact]:
    """One stack; nothing where the registry is elsewhere, or where nothing is built."""
    registry = workload.place.spec.registry
    if registry is None or not _is_home(workload):
        return
    builds = tuple(container.build for container in workload.containers if container.build is not None)
    if builds:
        document = stack(workload, builds, registry.prefix)
        yield Artifact(workload.output(NAME, "repository.yaml"), YamlStream((document,)), workload.source)


def _is_home(workload: Workload) -> bool:
    """Whether the registry is in this account and region."""
    place, registry = workload.place, workload.place.spec.registry
    return registry is not None and (place.account, place.region) == (registry.account, registry.region)


def explain(workload: Workload) -> Iterator[Derived]:
    """The names of the repositories."""
    registry = workload.place.spec.registry
    for container in workload.containers:
        if registry is not None and container.build is not None:
            name = f"{registry.prefix}/{container.build.repository}"
            yield Derived(f"repository.{container.name}", name, "the registry's prefix and the model's name")


def claims(workload: Workload) -> Iterator[Claim]:
    """The repositories, where they are made."""
    registry = workload.place.spec.registry
    if registry is None or not _is_home(workload):
        return
    for container in workload.containers:
        if container.build is not None:
            name = f"{registry.prefix}/{container.build.repository}"
            yield Claim(f"the repository {name} of {registry.account}/{registry.region}", ("name",))


TARGET = Target(
    name=NAME,
    summary="The ECR repositories that images are pushed to, as a CloudFormation stack.",
    settings=EcrSettings,
    platform=EcrPlatform,
    selection=Selection.IMPLIED,
    honours=frozenset(Feature),
    render=render,
    explain=explain,
    claims=claims,
)

__all__ = ["TARGET"]

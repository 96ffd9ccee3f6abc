"""The containers and sidecars of a workload in one shape, as far as they run on a laptop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from modelyard.resolve.workload import Feature, ResolvedContainer, ResolvedSecret, ResolvedSidecar, Workload
from modelyard.spec.container import Dependency, Resources, Serve
from modelyard.targets.compose import collector

# Taken from the developer's shell, and only where the model may do anything in AWS at all.
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
# The FireLens preset does not run: `docker compose logs` shows what it would route.
_LEFT_OUT = "firelens"


@dataclass(frozen=True)
class Part:
    """One service-to-be. ``environment`` has None for variables that are passed on from the shell."""

    name: str
    image: str
    container: ResolvedContainer | None
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    user: str
    environment: Mapping[str, str | None]
    secrets: tuple[ResolvedSecret, ...]
    resources: Resources
    serve: Serve | None
    health: tuple[str, ...]
    waits: Mapping[str, Dependency]


def parts(workload: Workload) -> tuple[Part, ...]:
    """The model's own containers, then the sidecars."""
    known = {part.name for part in workload.containers} | {part.name for part in _sidecars(workload)}
    own = [_own(workload, container, known) for container in workload.containers]
    return (*own, *(_sidecar(sidecar, known) for sidecar in _sidecars(workload)))


def _sidecars(workload: Workload) -> Iterator[ResolvedSidecar]:
    return (sidecar for sidecar in workload.sidecars if sidecar.preset != _LEFT_OUT)


def _own(workload: Workload, container: ResolvedContainer, known: set[str]) -> Part:
    environment: dict[str, str | None] = dict(container.env)
    # Weights that the server fetches by itself: their variables come from nowhere else.
    fetches = any(name.startswith("ARTIFACT_") for name in container.env)
    if fetches or Feature.PERMISSIONS in workload.features:
        environment |= {name: None for name in _CREDENTIALS if name not in environment}
    return Part(
        container.name,
        container.image,
        container,
        container.command,
        container.args,
        container.user,
        environment,
        container.secrets,
        container.resources,
        container.serve,
        container.health_command,
        _waits(container.depends_on, known),
    )


def _sidecar(sidecar: ResolvedSidecar, known: set[str]) -> Part:
    spec = sidecar.spec
    environment: dict[str, str | None] = dict(spec.env)
    command, health = spec.args, spec.health_command
    if sidecar.preset == "otel" and not spec.command and not spec.args:
        environment |= collector.environment()
        command, health = tuple(collector.COMMAND), health or collector.HEALTH_COMMAND
    return Part(
        sidecar.name,
        sidecar.image,
        None,
        spec.command,
        command,
        spec.user,
        environment,
        sidecar.secrets,
        spec.resources,
        None,
        health,
        _waits(spec.depends_on, known),
    )


def _waits(depends_on: Mapping[str, Dependency], known: set[str]) -> dict[str, Dependency]:
    return {name: how for name, how in depends_on.items() if name in known}

"""What is started for a workload, in which order, and with what of production's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from modelyard.load import layout
from modelyard.resolve.workload import (
    COPY_NUMBER,
    Feature,
    ImageBuild,
    ResolvedContainer,
    ResolvedSecret,
    ResolvedSidecar,
    ResolvedVolume,
    Workload,
)
from modelyard.running import jobs
from modelyard.running.errors import CannotRun
from modelyard.running.secrets import Given
from modelyard.running.secrets import values as secret_values
from modelyard.spec.container import Dependency, Resources, Serve

# What the AWS SDKs read; passed on for what the manifest lets a model do in AWS, as compose does.
AWS_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
TMP = "/tmp"  # noqa: S108 - a path in the container


@dataclass(frozen=True)
class Part:
    """One container to be. ``entrypoint`` is empty where the image's own is kept.

    ``files`` are files and folders of this machine by their paths in the container, ``writable`` those of
    them that it may write to, and ``memory_folders`` folders in memory with their bytes. ``own_address``:
    it ends before the others are there, so it does not share their address.
    """

    name: str
    image: str
    build: ImageBuild | None
    entrypoint: tuple[str, ...]
    args: tuple[str, ...]
    env: Mapping[str, str]
    user: str
    resources: Resources
    serve: Serve | None
    health: tuple[str, ...]
    waits: Mapping[str, Dependency]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Mapping[str, Path] = field(default_factory=dict)
    writable: frozenset[str] = frozenset()
    memory_folders: Mapping[str, int] = field(default_factory=dict)
    own_address: bool = False

    @property
    def drain(self) -> int:
        """Seconds from SIGTERM to SIGKILL."""
        return self.serve.drain.seconds if self.serve is not None else 30


@dataclass(frozen=True)
class Plan:
    """``parts`` in the order of their start; ``asked`` names the one that requests go to.

    ``timeout`` is that of a job, in seconds. ``notes`` say what is other than in production.
    """

    model: str
    environment: str
    kind: str
    architecture: str
    parts: tuple[Part, ...]
    asked: str
    timeout: int
    notes: tuple[str, ...]

    @property
    def main(self) -> Part:
        """The part that requests go to, or whose end is that of the job."""
        return next(part for part in self.parts if part.name == self.asked)

    @property
    def hidden(self) -> list[Mapping[str, str]]:
        """The secrets of all parts: what must never be printed."""
        return [part.secrets for part in self.parts]


@dataclass(frozen=True)
class Choices:
    """What the caller says. ``args`` None: the manifest's own. ``shell`` are the caller's variables."""

    given: Given
    args: tuple[str, ...] | None = None
    shell: Mapping[str, str] = field(default_factory=dict)


def plan(root: Path, workload: Workload, choices: Choices, files: Mapping[str, Path]) -> Plan:
    """The plan of a workload; ``files`` are its weights by their paths in the container.

    Raises CannotRun where a secret or a folder is missing.
    """
    chosen, left_out = _chosen(workload)
    notes = [f"left out: {', '.join(sorted(left_out))} (no container waits for it)"] if left_out else []
    names = {part.name for part in chosen}
    values = secret_values({part.name: _secrets(part) for part in chosen}, choices.given)
    parts = []
    for item in chosen:
        part = _own(workload, item, choices) if isinstance(item, ResolvedContainer) else _sidecar(item)
        waits = {name: how for name, how in part.waits.items() if name in names}
        notes += [f"{part.name} does not wait for {name}" for name in part.waits if name not in names]
        part = replace(part, waits=waits, secrets={**part.secrets, **values[part.name]})
        parts.append(
            _with_folders(root, workload, part, files) if isinstance(item, ResolvedContainer) else part
        )
    if workload.job is not None:
        parts, said = jobs.with_samples(root, workload, parts)
        notes += said
    timeout = workload.job.timeout.seconds if workload.job is not None else 0
    return Plan(
        workload.model,
        workload.place.label,
        workload.kind,
        workload.architecture,
        tuple(in_order(parts, workload.primary.name)),
        workload.primary.name,
        timeout,
        tuple(notes),
    )


def _chosen(workload: Workload) -> tuple[list[ResolvedContainer | ResolvedSidecar], set[str]]:
    """The model's own containers and the sidecars that one of these waits for; and the other sidecars.

    Presets are never among them: what they are told is a target's business, and they only watch.
    """
    sidecars = {item.name: item for item in workload.sidecars}
    needed: set[str] = set()
    todo = [name for container in workload.containers for name in container.depends_on]
    while todo:
        name = todo.pop()
        if name in sidecars and name not in needed and not sidecars[name].preset:
            needed.add(name)
            todo += sidecars[name].depends_on
    own: list[ResolvedContainer | ResolvedSidecar] = [*workload.containers]
    return own + [sidecars[name] for name in sidecars if name in needed], set(sidecars) - needed


def _secrets(part: ResolvedContainer | ResolvedSidecar) -> tuple[ResolvedSecret, ...]:
    return part.secrets


def _own(workload: Workload, container: ResolvedContainer, choices: Choices) -> Part:
    env, secrets = dict(container.env), dict(choices.given.variables)
    if workload.features.keys() & {Feature.PERMISSIONS} or any(name.startswith("ARTIFACT_") for name in env):
        secrets |= {name: choices.shell[name] for name in AWS_VARIABLES if name in choices.shell}
    if workload.job is not None and workload.job.parallelism > 1:
        env.setdefault(COPY_NUMBER, "0")
    env = {name: value for name, value in env.items() if name not in secrets}
    asked = container.name == workload.primary.name
    return Part(
        container.name,
        "" if container.build is not None else container.image,
        container.build,
        container.command,
        choices.args if asked and choices.args is not None else container.args,
        env,
        container.user,
        container.resources,
        container.serve,
        container.health_command,
        container.depends_on,
        secrets,
    )


def _sidecar(sidecar: ResolvedSidecar) -> Part:
    spec = sidecar.spec
    return Part(
        sidecar.name,
        sidecar.image,
        None,
        spec.command,
        spec.args,
        spec.env,
        spec.user,
        spec.resources,
        None,
        spec.health_command,
        spec.depends_on,
    )


def _with_folders(root: Path, workload: Workload, part: Part, files: Mapping[str, Path]) -> Part:
    mine = {
        item.path: files[item.path]
        for item in (*workload.deliveries, *workload.baked)
        if part.name in item.containers and item.path in files
    }
    shared = {
        item.path: _shared(root, workload.model, item) for item in workload.volumes if item.kind == "efs"
    }
    writable = {item.path for item in workload.volumes if item.kind == "efs" and not item.read_only}
    memory = {item.path: item.size_bytes for item in workload.volumes if item.kind != "efs"}
    return replace(
        part,
        files=mine | shared,
        writable=frozenset(writable),
        memory_folders={**part.memory_folders, **memory},
    )


def _shared(root: Path, model: str, volume: ResolvedVolume) -> Path:
    """The folder of the checkout that stands for a shared file system, as for compose."""
    path = root / layout.MODELS / model / ".volumes" / volume.name
    if not path.is_dir():
        shown = path.relative_to(root)
        raise CannotRun(f"{shown} stands for a shared file system and is not there", f"run: mkdir -p {shown}")
    return path


def in_order(parts: Sequence[Part], first: str) -> Iterator[Part]:
    """Each after all that it waits for: those that only run to their end as early as can be, then ``first``.

    Those that end before any that stays has started have an address of their own.
    """
    ending = {name for part in parts for name, how in part.waits.items() if how == "succeeded"}
    ranked = sorted(parts, key=lambda part: (part.name not in ending, part.name != first))
    left = {part.name: part for part in ranked}
    started: set[str] = set()
    shared = False
    while left:
        # No cycles: that was checked with the manifest.
        name = next(name for name, part in left.items() if started.issuperset(part.waits))
        part = left.pop(name)
        started.add(name)
        if name in ending and not shared:
            yield replace(part, own_address=True)
        else:
            shared = True
            yield part

"""What a container engine does for Modelyard, and the words it is asked in.

``Builder`` makes images, ``Runner`` runs them. ``find_engine`` gives an ``Engine`` that has one of each where
the program can do both. Nothing here runs anything.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

EngineName = Literal["docker", "podman", "buildah"]
Network = Literal["none", "host", "bridge"]
BuildNetwork = Literal["", "host", "none"]
# What everything in a layer of ours is dated with: 1980-01-01, the first day that zip files know. Were it the
# day of the commit, each commit would make other layers of the same files, to be stored and pulled again.
LAYER_DATE = 315_532_800


class EngineError(Exception):
    """An engine did not do what it was asked; ``said`` is the end of what it printed, for a reader."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


class Stopped(EngineError):
    """It was stopped because somebody asked for that, and left nothing behind."""


class OutOfSpace(EngineError):
    """There is no room left on the disk that the engine keeps its images on, or builds in."""


@dataclass(frozen=True)
class Done:
    """A program that ended by itself. ``seconds`` is how long it ran."""

    code: int
    stdout: bytes
    stderr: bytes
    seconds: float


@dataclass(frozen=True, kw_only=True)
class BuildRequest:
    """One image. ``created`` is the time, in seconds since 1970, that it says of itself where the engine can.

    ``secrets`` are files by their id; none of them may be found in the image. ``folder`` is private to this
    build: what the engine keeps while it builds goes there, and away with it. ``platforms`` are as in
    ``linux/arm64``; more than one gives an index, and only an engine that can emulate builds a foreign one.
    ``push`` sends it to the registry that its tags name. ``archive`` is a file to write as an OCI archive.
    ``network`` is what RUN steps may use; "" is what the engine does by itself. ``attest`` adds provenance
    and an SBOM, which makes an index of the image. ``contexts`` are further folders that the Dockerfile
    copies from, by the names that it has for them.
    """

    context: Path
    dockerfile: Path
    ignore_file: Path
    tags: tuple[str, ...]
    folder: Path
    created: int
    platforms: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, Path] = field(default_factory=dict)
    secrets: Mapping[str, Path] = field(default_factory=dict)
    cache: bool = True
    push: bool = False
    attest: bool = False
    network: BuildNetwork = ""
    archive: Path | None = None


@dataclass(frozen=True)
class Built:
    """An image that was built.

    ``digest`` is that of its manifest or index: the registry's where it was pushed, else the engine's own.
    ``image_id`` is the digest of its configuration, "" for an index. ``size`` is in bytes, 0 where the engine
    keeps no copy. ``cached`` counts the steps that nothing was run for, of ``steps``. ``reproducible`` is
    false where this engine, as it is set up here, cannot build the same bytes again.
    """

    digest: str
    image_id: str
    size: int
    steps: int
    cached: int
    archive_digest: str = ""
    reproducible: bool = True


class Builder(Protocol):
    """Builds images. ``name`` and ``version`` are for reports."""

    name: EngineName
    version: str

    def build(self, request: BuildRequest, log: Path, stop: threading.Event | None = None) -> Built:
        """Builds, and writes all that the engine says to ``log``.

        Raises EngineError (with the end of the log), OutOfSpace, or Stopped when ``stop`` was set meanwhile.
        """

    def describe(self, request: BuildRequest) -> tuple[str, ...]:
        """The command that ``build`` runs first, for people: as words, with nothing secret in it."""


@dataclass(frozen=True)
class Port:
    """``host`` 0 is any free one: ``State.ports`` says which."""

    container: int
    host: int = 0
    address: str = "127.0.0.1"


@dataclass(frozen=True)
class Mount:
    """A file or folder of this machine at a path in the container."""

    source: Path
    target: str
    read_only: bool = True


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """A container, as hardened as production is unless told otherwise.

    ``memory`` and the sizes of ``tmpfs`` (by path) are bytes; ``cpus`` is a number of cores as text, as in
    "0.5"; None is no limit. ``user`` is ``uid:gid``, and "" the image's own. ``entrypoint`` None keeps that
    of the image. Variables are arguments of the engine, which other users of this machine can see while it
    starts; ``secrets`` are variables too, and reach the engine by its own environment instead. ``joins`` is
    the container whose address it shares, with all of its ports. ``shared_memory`` is the size of /dev/shm.
    """

    image: str
    name: str
    args: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    read_only: bool = True
    cap_drop: tuple[str, ...] = ("ALL",)
    cap_add: tuple[str, ...] = ()
    no_new_privileges: bool = True
    memory: int | None = None
    cpus: str | None = None
    pids: int | None = 512
    tmpfs: Mapping[str, int] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    ports: tuple[Port, ...] = ()
    network: Network = "bridge"
    stop_seconds: int = 30
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    joins: str = ""
    shared_memory: int | None = None
    run_tmpfs: bool = False


@dataclass(frozen=True)
class State:
    """What is known of a container. ``health`` is "" where the image says no command for it.

    ``ports`` maps ports of the container to those of this machine; ``memory`` is the limit in bytes that is
    in force, 0 for none.
    """

    running: bool
    status: str
    exit_code: int
    out_of_memory: bool
    health: str
    ports: Mapping[int, int]
    memory: int
    user: str


@dataclass(frozen=True)
class Usage:
    """What a container uses: bytes of memory now and at most so far, seconds of processor time since its
    start.

    ``peak`` is ``memory`` where neither kernel nor engine keeps it.
    """

    memory: int
    peak: int
    cpu_seconds: float
    processes: int


@dataclass(frozen=True)
class ImageInfo:
    """An image that the engine has. ``config`` is what it says of it, as plain data. ``size`` is in bytes."""

    digest: str
    size: int
    labels: Mapping[str, str]
    config: Mapping[str, object]


class Runner(Protocol):
    """Runs containers. Every method raises EngineError where the engine refuses; ``container`` is an id or
    name.

    None of them waits longer than it says, and none leaves a process behind.
    """

    name: EngineName
    version: str

    def image(self, reference: str) -> ImageInfo | None:
        """None where the engine has no such image; nothing is pulled."""

    def pull(self, reference: str, seconds: float = 1800) -> None:
        """Fetches an image from its registry."""

    def create(self, options: RunOptions) -> str:
        """The id of a new container, which is not started."""

    def start(self, container: str) -> None: ...

    def stop(self, container: str, seconds: int) -> None:
        """SIGTERM, and SIGKILL ``seconds`` later."""

    def remove(self, container: str) -> None:
        """Kills it if it still runs. One that is not there is no error."""

    def inspect(self, container: str) -> State: ...

    def stats(self, container: str) -> Usage: ...

    def logs(self, container: str, lines: int = 200) -> str:
        """The last lines of both its streams."""

    def execute(self, container: str, command: Sequence[str], seconds: float = 30) -> Done:
        """Runs a command in it. Any exit code is given back."""

    def check_health(self, container: str) -> bool:
        """Runs the image's own health command now."""

    def named(self, label: str, value: str) -> list[str]:
        """The ids of all containers with this label, running or not: what a killed run left behind."""


@dataclass(frozen=True)
class Engine:
    """A program that was found, asked for its version, and answered. ``runner`` None: it only builds."""

    name: EngineName
    version: str
    builder: Builder
    runner: Runner | None

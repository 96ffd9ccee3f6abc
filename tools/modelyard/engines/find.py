"""Which container engine this machine has: looked for in a fixed order, and asked before it is believed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable

from modelyard.engines.api import Engine, EngineError
from modelyard.engines.process import answer
from modelyard.errors import UsageError

VARIABLE = "MODELYARD_ENGINE"
NAMES = ("docker", "podman", "buildah")
_SECONDS = 30
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
# What is used here and when it came: --identity-label and cache mounts (buildah 1.26, in podman 4.1),
# rewrite-timestamp (BuildKit 0.13, which buildx 0.13 is of the time of), Engine 25 with containerd's images.
_OLDEST = {"docker": (0, 13), "podman": (4, 1), "buildah": (1, 26)}
_GET = {
    "docker": "Docker Desktop or Engine 25 and newer with its buildx plugin: docs.docker.com/engine/install",
    "podman": "podman.io/docs/installation, or apt-get install podman",
    "buildah": "apt-get install buildah (it builds, and runs nothing)",
}


class NoEngine(UsageError):
    """There is no engine here that could do what was asked; the message says what was looked for."""


class _Absent(Exception):
    """Why one engine is none here."""


def find_engine(asked: str | None = None, *, to_run: bool = False) -> Engine:
    """The first engine that answers, or the one that ``asked`` or the environment names.

    ``to_run``: it must run containers too. Raises NoEngine, and UsageError for a name that is none.
    """
    wanted = asked or os.environ.get(VARIABLE) or None
    if wanted is not None and wanted not in NAMES:
        where = "--engine" if asked else VARIABLE
        raise UsageError(f"{where} {wanted}: the engines are {', '.join(NAMES)}")
    reasons = []
    for name in NAMES if wanted is None else (wanted,):
        if to_run and name == "buildah":
            reasons.append("buildah: it builds images and runs none")
            continue
        try:
            return _FOUND[name]()
        except _Absent as absent:
            reasons.append(f"{name}: {absent}")
    raise NoEngine(_message(reasons, wanted, to_run))


def _message(reasons: list[str], wanted: str | None, to_run: bool) -> str:
    names = [wanted] if wanted is not None else [name for name in NAMES if not (to_run and name == "buildah")]
    lines = ["there is no container engine here that can be used", *reasons]
    lines += [f"to get {name}: {_GET[name]}" for name in names]
    return "\n  ".join(lines)


def _docker() -> Engine:
    from modelyard.engines.docker import Docker
    from modelyard.engines.runner import CommandLineRunner

    program = _program("docker")
    _ask(program, "version", "--format", "{{.Server.Version}}", what="no daemon answers it")
    said = _ask(program, "buildx", "version", what="it has no buildx plugin")
    version = _new_enough("docker", said, "its buildx")
    return Engine("docker", version, Docker(program, version), CommandLineRunner("docker", program, version))


def _podman() -> Engine:
    from modelyard.engines.podman import Podman
    from modelyard.engines.runner import CommandLineRunner

    program = _program("podman")
    version = _new_enough("podman", _ask(program, "--version", what="it does not start"), "it")
    return Engine(
        "podman", version, Podman("podman", program, version), CommandLineRunner("podman", program, version)
    )


def _buildah() -> Engine:
    from modelyard.engines.podman import Podman

    program = _program("buildah")
    version = _new_enough("buildah", _ask(program, "--version", what="it does not start"), "it")
    return Engine("buildah", version, Podman("buildah", program, version), None)


_FOUND: dict[str, Callable[[], Engine]] = {"docker": _docker, "podman": _podman, "buildah": _buildah}


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise _Absent("not on PATH")
    return found


def _ask(program: str, *words: str, what: str) -> str:
    try:
        return answer([program, *words], _SECONDS)
    except EngineError as error:
        last = error.said.splitlines()[-1] if error.said else str(error)
        raise _Absent(f"{what} ({last[:200]})") from error


def _new_enough(name: str, said: str, what: str) -> str:
    match = _VERSION.search(said)
    if match is None:
        raise _Absent(f"{what} does not say its version ({said.strip()[:80]})")
    oldest = _OLDEST[name]
    if (int(match[1]), int(match[2])) < oldest:
        raise _Absent(
            f"{what} is {match[0]}, and {'.'.join(map(str, oldest))} is the oldest that can be used"
        )
    return match[0]

"""Whether this machine has what running containers takes, and if not, why."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers import pythons, registry

_SYSTEM = ("/usr/local/sbin", "/usr/sbin", "/sbin")
_HELPERS = ("/usr/libexec/podman", "/usr/lib/podman", "/usr/libexec/catatonit")


@dataclass(frozen=True)
class Programs:
    """Where the programs are. ``runtime`` is crun or runc, ``init`` is catatonit."""

    podman: str
    buildah: str
    runtime: str
    init: str
    python: pythons.Python


def find() -> Programs | str:
    """The programs, or in one sentence why the container tests cannot run here."""
    if sys.platform != "linux":
        return "containers run in a virtual machine on this system; the tests need Linux"
    podman, buildah, runtime, init = _which("podman"), _which("buildah"), _runtime(), _which("catatonit")
    if podman is None:
        beside = "; docker cannot run Kubernetes manifests" if shutil.which("docker") else ""
        return f"podman is not installed{beside}"
    if buildah is None:
        return "buildah is not installed"
    if runtime is None:
        return "neither runc nor crun that fits the control groups of this machine is installed"
    if init is None:
        return "catatonit is not installed"
    if reason := registry.missing():
        return reason
    python = pythons.find()
    if python is None:
        return f"no Python of {', '.join(pythons.VERSIONS)} with pip to make a base image of"
    return Programs(podman, buildah, runtime, init, python)


def _which(name: str) -> str | None:
    folders = [*os.environ.get("PATH", os.defpath).split(os.pathsep), *_SYSTEM, *_HELPERS]
    return shutil.which(name, path=os.pathsep.join(folders))


def _runtime() -> str | None:
    """crun needs the unified control groups; on a machine with the older ones, or both, runc works."""
    unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    return (_which("crun") if unified else None) or _which("runc")

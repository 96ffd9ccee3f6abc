"""Settings with which podman and buildah keep to one folder, and work alike on a laptop, in CI and in a small
virtual machine: as root or not, with systemd or without, with either kind of control groups."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Sequence
from pathlib import Path

from tests.support.containers.programs import Programs

# Every registry that the examples name is the one on loopback.
REGISTRIES = ("docker.io", "public.ecr.aws", "ghcr.io", "nvcr.io", "*.amazonaws.com")
# podman 4.3 cannot raise the second again without CAP_SYS_RESOURCE, whatever the limit that it started with.
_MOST = {"nofile": (resource.RLIMIT_NOFILE, 1_048_576), "nproc": (resource.RLIMIT_NPROC, 4096)}


def write(folder: Path, short: Path, programs: Programs, registry: str, driver: str) -> dict[str, str]:
    """Writes the files into ``folder``; gives the variables that lead to them.

    ``short`` is a second folder, with a short path: sockets lie in it. ``registry`` is a host with port.
    """
    files = {
        "run.conf": _containers(folder, short, programs, dns=("127.0.0.1",)),
        "build.conf": _containers(folder, short, programs, dns=()),
        "storage.conf": _storage(folder, short, driver),
        "registries.conf": _registries(registry),
        "auth.json": "{}\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    for path in (folder / "networks", short / "runtime"):
        path.mkdir(exist_ok=True)
    (short / "runtime").chmod(0o700)
    return {
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        "CONTAINERS_REGISTRIES_CONF": str(folder / "registries.conf"),
        "REGISTRY_AUTH_FILE": str(folder / "auth.json"),
        "XDG_RUNTIME_DIR": str(short / "runtime"),
        "BUILDAH_ISOLATION": "chroot",
        "BUILDAH_RUNTIME": programs.runtime,
    }


def limits() -> dict[str, int]:
    """The highest limits that a container may be given here: not every root may raise its own."""
    allowed = {}
    for name, (number, most) in _MOST.items():
        hard = resource.getrlimit(number)[1]
        allowed[name] = most if hard == resource.RLIM_INFINITY else min(hard, most)
    return allowed


def _containers(folder: Path, short: Path, programs: Programs, dns: Sequence[str]) -> str:
    """``dns``: a container that is run asks nobody outside for a name, and learns so at once."""
    runtime = Path(programs.runtime).name
    lines = [
        "[containers]",
        f"default_ulimits = {json.dumps([f'{name}={most}:{most}' for name, most in limits().items()])}",
        'log_driver = "k8s-file"',
        f"dns_servers = {json.dumps(list(dns))}",
        f"init_path = {json.dumps(programs.init)}",
        "[network]",
        f"network_config_dir = {json.dumps(str(folder / 'networks'))}",
        "[engine]",
        f"runtime = {json.dumps(runtime)}",
        'events_logger = "file"',
        'lock_type = "file"',
        f"tmp_dir = {json.dumps(str(short / 'tmp'))}",
    ]
    if os.geteuid() != 0 or not Path("/run/systemd/system").is_dir():
        lines.append('cgroup_manager = "cgroupfs"')
    lines += ["[engine.runtimes]", f"{runtime} = [{json.dumps(programs.runtime)}]"]
    return "\n".join(lines) + "\n"


def _storage(folder: Path, short: Path, driver: str) -> str:
    lines = [
        "[storage]",
        f"driver = {json.dumps(driver)}",
        f"graphroot = {json.dumps(str(folder / 'storage'))}",
        f"rootless_storage_path = {json.dumps(str(folder / 'storage'))}",
        f"runroot = {json.dumps(str(short / 'run'))}",
    ]
    return "\n".join(lines) + "\n"


def _registries(registry: str) -> str:
    blocks = ['unqualified-search-registries = ["docker.io"]', 'short-name-mode = "permissive"']
    for prefix in REGISTRIES:
        blocks += ["[[registry]]", f'prefix = "{prefix}"', f'location = "{registry}"', "insecure = true"]
    blocks += ["[[registry]]", f'location = "{registry}"', "insecure = true"]
    return "\n".join(blocks) + "\n"

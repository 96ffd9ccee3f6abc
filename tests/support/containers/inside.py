"""What is in force inside a container, as the kernel says there: not what the engine was asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.support.containers.engine import Engine

_ASK = r"""
import errno, json, os, resource
def read(*paths):
    for path in paths:
        try:
            with open(path) as file:
                return file.read().strip()
        except OSError:
            pass
def touch(folder):
    path = folder + "/.probe"
    try:
        with open(path, "w"):
            pass
        os.unlink(path)
        return "writable"
    except OSError as error:
        return errno.errorcode[error.errno]
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
mounts = {line.split()[1]: line.split()[2:4] for line in open("/proc/self/mounts")}
cg = "/sys/fs/cgroup/"
print(json.dumps({
    "uid": os.getuid(), "gid": os.getgid(), "groups": sorted(os.getgroups()),
    "capabilities": {name: int(text, 16) for name, text in status.items() if name.startswith("Cap")},
    "no_new_privileges": status["NoNewPrivs"].strip() == "1",
    "seccomp": status["Seccomp"].strip() == "2",
    "memory": read(cg + "memory.max", cg + "memory/memory.limit_in_bytes"),
    "cpu": read(cg + "cpu.max") or (read(cg + "cpu/cpu.cfs_quota_us") or "") + " "
           + (read(cg + "cpu/cpu.cfs_period_us") or ""),
    "shares": read(cg + "cpu/cpu.shares") or read(cg + "cpu.weight"),
    "files": list(resource.getrlimit(resource.RLIMIT_NOFILE)),
    "touch": {folder: touch(folder) for folder in ("/", "/app", "/opt/venv", "/etc", "/tmp")},
    "mounts": mounts,
    "first": read("/proc/1/cmdline").split("\0")[0],
    "shm": os.statvfs("/dev/shm").f_blocks * os.statvfs("/dev/shm").f_frsize,
    "tmp": os.statvfs("/tmp").f_blocks * os.statvfs("/tmp").f_frsize,
    "environ": dict(os.environ),
}))
"""


@dataclass(frozen=True)
class Facts:
    """See ``_ASK``. ``memory`` in bytes, ``cores`` the ceiling of processor time; None: no limit."""

    said: dict[str, Any]

    @property
    def user(self) -> tuple[int, int]:
        return self.said["uid"], self.said["gid"]

    @property
    def memory(self) -> int | None:
        text = self.said["memory"]
        # Control groups of version 1 write "no limit" as the largest number of whole pages.
        return None if text in (None, "max") or int(text) > 1 << 60 else int(text)

    @property
    def cores(self) -> float | None:
        quota, period = self.said["cpu"].split()
        return None if quota in ("max", "-1") else int(quota) / int(period)

    @property
    def shares(self) -> int:
        return int(self.said["shares"])

    @property
    def capabilities(self) -> set[int]:
        """All sets together: 0 is none in any, not even one that could be gained."""
        return set(self.said["capabilities"].values())

    def writable(self, folder: str) -> bool:
        return bool(self.said["touch"][folder] == "writable")


def ask(engine: Engine, container: str) -> Facts:
    """Asks in a running container, as its own user."""
    done = engine.podman("exec", container, "python", "-I", "-c", _ASK)
    return Facts(json.loads(done.stdout))

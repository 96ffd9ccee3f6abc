"""What the machine, or the container on it, really grants: CPUs and memory.

`os.cpu_count()` and the total memory are those of the host; inside a container the cgroup's limits hold.
"""

from __future__ import annotations

import gc
import math
import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpus(cgroup: Path = _CGROUP) -> int:
    """CPUs this process may use, at least 1: the scheduler's set, cut by the cgroup's quota, rounded up."""
    granted = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota(cgroup)
    return max(1, granted if quota is None else min(granted, math.ceil(quota)))


def memory_limit(cgroup: Path = _CGROUP) -> int:
    """Bytes this process may use: the cgroup's limit (v2, else v1), else the machine's memory."""
    physical = os.sysconf("SC_PHYS_PAGES") * _PAGE
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        text = _read(cgroup / name)
        if text.isdigit():
            return min(physical, int(text))
    return physical


def resident() -> int:
    """Bytes of memory this process holds now; 0 where there is no /proc."""
    fields = _read(Path("/proc/self/statm")).split()
    return int(fields[1]) * _PAGE if len(fields) > 1 else 0


def give_back() -> None:
    """Return what was freed to the system: glibc keeps it otherwise, and an unloaded model would still
    count.
    """
    gc.collect()
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:  # musl and macOS have none, and need none
        trim(0)


def keep_what_is() -> None:
    """Take all that lives now out of garbage collection: a model's objects would be walked again and again,
    in pauses that requests would feel. Not for models that are unloaded one day.
    """
    gc.collect()
    gc.freeze()


def _quota(cgroup: Path) -> float | None:
    """CPUs of the cgroup's quota, or None where there is no limit."""
    quota, _, period = _read(cgroup / "cpu.max").partition(" ")
    if not quota:
        quota, period = _read(cgroup / "cpu/cpu.cfs_quota_us"), _read(cgroup / "cpu/cpu.cfs_period_us")
    if quota.isdigit() and period.isdigit() and int(quota) > 0 and int(period) > 0:
        return int(quota) / int(period)
    return None


def _read(path: Path) -> str:
    """The text of a file of the kernel's; empty where this kernel does not have it."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""

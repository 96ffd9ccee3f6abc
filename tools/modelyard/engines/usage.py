"""What a container uses, read from the kernel's control groups: exact, and without a process for each look.

Files: docs.kernel.org/admin-guide/cgroup-v2.html and cgroup-v1/.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.engines.api import Usage

_ROOT = Path("/sys/fs/cgroup")
_AMOUNT = re.compile(r"([0-9.]+)\s*([A-Za-z]*)")
_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


def of_process(number: int) -> Usage | None:
    """Of the control group that a process of this machine is in; None where it cannot be read."""
    try:
        lines = Path(f"/proc/{number}/cgroup").read_text().splitlines()
        groups = {name: path for _, name, path in (line.split(":", 2) for line in lines)}
        if "memory" in _controllers(groups):
            return _first(groups)
        return _second(_ROOT / groups[""].lstrip("/"))
    except (OSError, ValueError, KeyError):
        return None


def of_words(said: Mapping[str, Any]) -> Usage:
    """Of what `stats` prints: amounts rounded for people, and no processor time."""
    text = str(said.get("mem_usage") or said.get("MemUsage") or "0")
    match = _AMOUNT.match(text.strip())
    memory = int(float(match[1]) * _UNITS.get(match[2].lower(), 1)) if match is not None else 0
    return Usage(memory, memory, 0.0, int(said.get("pids") or said.get("PIDs") or 0))


def _controllers(groups: Mapping[str, str]) -> set[str]:
    return {one for name in groups for one in name.split(",")}


def _first(groups: Mapping[str, str]) -> Usage:
    """Version 1: a tree for each controller."""

    def place(controller: str) -> Path:
        name = next(name for name in groups if controller in name.split(","))
        mounted = _ROOT / name if (_ROOT / name).is_dir() else _ROOT / controller
        return mounted / groups[name].lstrip("/")

    memory = place("memory")
    return Usage(
        memory=_number(memory / "memory.usage_in_bytes"),
        peak=_number(memory / "memory.max_usage_in_bytes"),
        cpu_seconds=_number(place("cpuacct") / "cpuacct.usage") / 1e9,
        processes=_number(place("pids") / "pids.current"),
    )


def _second(group: Path) -> Usage:
    """Version 2: one tree. ``memory.peak`` came with Linux 5.19."""
    memory = _number(group / "memory.current")
    peak = _number(group / "memory.peak") if os.path.exists(group / "memory.peak") else memory
    stat = dict(line.split(" ", 1) for line in (group / "cpu.stat").read_text().splitlines())
    return Usage(memory, peak, int(stat["usage_usec"]) / 1e6, _number(group / "pids.current"))


def _number(file: Path) -> int:
    return int(file.read_text())

"""The most memory that a run had in use.

In a container that is what its control group remembers, page cache included: ``memory.peak`` (Linux 5.19
and later) or ``memory.max_usage_in_bytes`` (version 1), which is also what its limit is compared with.
Where no program in the image can read it, it is what the engine said of the memory in use when it was
asked, just after the load. Plain processes have no group of their own: the largest resident sets of all of
them, added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from modelyard.engines.api import EngineError, Runner
from modelyard.running.host import Peak

_FILES = ("/sys/fs/cgroup/memory.peak", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes")
_PYTHON = "import sys; print(open(sys.argv[1]).read())"
PROC = Path("/proc")


def of_containers(runner: Runner, containers: Sequence[str]) -> Peak | None:
    """All of them together; None where one of them has ended, or the engine does not tell."""
    total, exact = 0, True
    for container in containers:
        found = _remembered(runner, container)
        if found is None:
            exact = False
            try:
                found = runner.stats(container).peak
            except EngineError:
                return None
        total += found
    return Peak(total, "control group" if exact else "in use after the load") if total else None


def _remembered(runner: Runner, container: str) -> int | None:
    for program in (("cat",), ("python", "-c", _PYTHON)):
        for path in _FILES:
            try:
                done = runner.execute(container, (*program, path), 10)
            except EngineError:
                continue
            text = done.stdout.strip()
            if done.code == 0 and text.isdigit():
                return int(text)
    return None


def of_processes(sessions: Iterable[int]) -> Peak | None:
    """Of all processes in these sessions; None where the system keeps no such record (it is Linux's)."""
    wanted, total = set(sessions), 0
    for folder in PROC.glob("[0-9]*"):
        try:
            # The name may hold spaces and brackets; the session is the fourth word after it.
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(words[3]) in wanted:
                total += _largest(folder)
        except OSError:  # it is gone
            continue
    return Peak(total, "resident sets") if total else None


def _largest(folder: Path) -> int:
    for line in (folder / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0

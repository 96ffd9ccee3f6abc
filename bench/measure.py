"""Time and memory of a whole process tree, as the operating system accounts for it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_SECONDS = 0.02


@dataclass(frozen=True)
class Sample:
    """One run: seconds of wall clock, and of CPU in user and kernel mode of the process and its children.

    ``finished`` is False where the limit ended it; the seconds are then those until the limit.
    """

    wall: float
    cpu: float
    finished: bool


@dataclass(frozen=True)
class Memory:
    """Peak resident MiB (VmHWM): of the largest process, and of all added up, with shared pages in each."""

    largest: float
    total: float


class CommandFailed(Exception):
    """A contestant ended with an error, so that its time means nothing."""


def timed(
    argv: Sequence[str], limit: float, folder: Path | None = None, variables: Mapping[str, str] | None = None
) -> Sample:
    """Runs a command to its end, or for ``limit`` seconds. Raises CommandFailed."""
    start = time.perf_counter()
    process = _start(argv, folder, variables)
    signal.signal(signal.SIGALRM, lambda number, frame: os.killpg(process.pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    finished = process.returncode != -signal.SIGKILL
    if finished and process.returncode != 0:
        raise CommandFailed(f"{' '.join(argv[:4])} ended with {process.returncode}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, finished)


def peak(
    argv: Sequence[str], folder: Path | None = None, variables: Mapping[str, str] | None = None
) -> Memory:
    """Peak memory of a run of its own, since looking at the processes costs time. Linux only."""
    process = _start(argv, folder, variables)
    highest: dict[int, int] = {}
    ended = 0
    while not ended:
        for pid in _tree(process.pid):
            highest[pid] = max(highest.get(pid, 0), _high_water(pid))
        time.sleep(_SAMPLE_SECONDS)
        ended, status = os.waitpid(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise CommandFailed(f"{' '.join(argv[:4])} ended with {process.returncode}")
    # Not ru_maxrss: that begins with the size of the process that forked, which is this one.
    return Memory(max(highest.values()) / 1024, sum(highest.values()) / 1024)


def _start(
    argv: Sequence[str], folder: Path | None, variables: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        cwd=folder,
        env={**os.environ, **(variables or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                for child in file.read().split():
                    found += _tree(int(child))
    except (FileNotFoundError, ProcessLookupError):
        return found  # it has ended meanwhile
    return found


def _high_water(pid: int) -> int:
    """KiB; 0 for a process that has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0

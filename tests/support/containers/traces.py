"""What still runs of an engine, and waiting for it to end."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def steps(folder: Path) -> Iterator[str]:
    """What runs the steps of builds in a daemon."""
    return (one for one in processes(str(folder)) if one.startswith("runc "))


def processes(name: str) -> Iterator[str]:
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            text = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if name in text:
                yield text


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)

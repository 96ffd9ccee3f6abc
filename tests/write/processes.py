"""Starting the worker, and looking at what it left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from modelyard.emit import SealState, check_seal
from tests.write.files import files_of

WORKER = Path(__file__).with_name("worker.py")


def start(mode: str, root: Path, generation: int = 0, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """The worker as a process of its own; ``before`` is a command that it is run by."""
    command = [*before, sys.executable, str(WORKER), mode, str(root), str(generation)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Returns when the worker has made its plan, or holds its lock."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate(timeout=60)


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and output. A traceback fails the test."""
    output, errors = process.communicate(timeout=60)
    assert errors == ""
    return process.returncode, output


def whole_files(root: Path) -> dict[str, bytes]:
    """Every file but those in the making, after the check that each has a genuine seal."""
    found = {path: data for path, data in files_of(root).items() if "/.modelyard-" not in path}
    broken = [path for path, data in found.items() if check_seal(data) is not SealState.GENUINE]
    assert broken == []
    return found

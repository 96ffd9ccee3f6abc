"""Where the environment of a lock file is, whether it is finished, and how it is locked and removed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

STAMP = "installed.lock"  # launch.sh compares this with the lock file
UNFINISHED = "unfinished.lock"  # becomes the stamp when everything in it is installed
OWNED = "made-by-modelyard"


class CannotInstall(Exception):
    """The environment cannot be made; the message says why and what to do."""


class Environment:
    """Where the environment of one lock file lives, and whether it is there.

    ``part`` is the stem of the lock file: ``run``, ``test``, ``scan`` or ``checkov``.
    """

    def __init__(self, root: Path, part: str) -> None:
        name = ".venv" if part == "run" else f".venv-{part}"
        self.root = root
        # The tools start fast, so all of theirs is compiled at once. The others import a small part of what
        # they install, and Python compiles that as it comes: 16 s less to wait for.
        self.compiled = part == "run"
        self.lock = root / "tools" / "requirements" / f"{part}.lock"
        self.path = root / name
        self.previous = root / f"{name}.previous"
        self.mutex = root / f"{name}.lock"
        self.python = self.path / "bin" / "python"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self.packages = self.path / "lib" / version / "site-packages"

    def is_current(self) -> bool:
        """True if it was finished from this very lock file, by a Python of this version that still runs."""
        stamp = self.path / STAMP
        return (
            self.packages.is_dir()
            and os.access(self.python, os.X_OK)
            and stamp.is_file()
            and stamp.read_bytes() == self.lock.read_bytes()
        )

    def is_ours(self) -> bool:
        """True if it may be replaced: missing, empty (killed at the first step) or made by this program."""
        if not os.path.lexists(self.path):
            return True
        if self.path.is_symlink() or not self.path.is_dir():
            return False
        return (self.path / OWNED).exists() or not any(self.path.iterdir())


def say(text: str) -> None:
    """Tells the person at the terminal, on stderr: stdout belongs to the command that follows."""
    print(f"modelyard: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def exclusively(environment: Environment) -> Iterator[int]:
    """Holds the environment's lock and gives its descriptor; waits, and says so, while another has it."""
    descriptor = os.open(environment.mutex, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process is setting up {environment.path.name}; waiting for it …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Removes a folder that may not be there, so that being killed halfway leaves no doubt what it is.

    The stamp goes first: what has one is whole. The mark of ownership goes last: what is left is ours.
    """
    if not path.exists():
        return
    (path / STAMP).unlink(missing_ok=True)
    for child in path.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        elif child.name != OWNED:
            child.unlink()
    shutil.rmtree(path)

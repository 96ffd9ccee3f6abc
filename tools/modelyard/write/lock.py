"""One writer at a time: a lock that the system lets go of when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from modelyard.write.errors import Obstacle, WriteError, cannot_write
from modelyard.write.tree import Tree

LOCK_FOLDER = ".cache/modelyard"
LOCK_PATH = f"{LOCK_FOLDER}/lock"
PATIENCE = 1.0  # seconds of waiting before it is worth a message
_PAUSE = 0.02  # seconds between two looks, while nothing has been said yet

_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def write_lock(root: Path, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Holds the repository's write lock, from before the plan is made until it is applied.

    Waits as long as another run holds it, and calls ``waiting`` once with a message after a second. Raises
    WriteError where the lock cannot be made; ``--check`` and ``--diff`` therefore do without it. The lock is
    advisory and, on a network disk, as good as that disk's ``flock``.
    """
    try:
        with Tree(root) as tree:
            descriptor = _acquire(tree, waiting)
    except OSError as error:
        raise cannot_write(LOCK_PATH, error) from error
    except Obstacle as obstacle:
        hint = f"remove `{obstacle.path}`, then run the command again"
        reason = f"is {obstacle.kind.value}, and the lock must be there"
        raise WriteError(obstacle.path, reason, hint) from obstacle
    try:
        yield
    finally:
        os.close(descriptor)  # which lets go of the lock; the file stays, for others may wait on it


def _acquire(tree: Tree, waiting: Callable[[str], None] | None) -> int:
    """An open descriptor of the locked file, which is still the one that others will find."""
    while True:
        tree.forget()
        directory = tree.make_directory(LOCK_FOLDER)
        descriptor = os.open("lock", _OPEN, 0o644, dir_fd=directory)
        try:
            _wait(descriptor, waiting)
            if _is_current(descriptor, tree):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # somebody emptied .cache while we waited: this lock no longer keeps anybody out


def _wait(descriptor: int, waiting: Callable[[str], None] | None) -> None:
    since = time.monotonic()
    while time.monotonic() - since < PATIENCE:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return
    if waiting is not None:
        waiting(f"another run is writing to this repository (lock: {LOCK_PATH}): waiting for it to end")
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _is_current(descriptor: int, tree: Tree) -> bool:
    tree.forget()
    directory = tree.directory(LOCK_FOLDER)
    if directory is None:
        return False
    try:
        there = os.stat("lock", dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))

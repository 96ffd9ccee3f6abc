"""A folder of one build's own: readable by nobody else, and gone at its end."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modelyard.engines.api import EngineError

_PREFIX = "modelyard-build-"
# Engines put whole layers into their temporary folder, and /tmp is memory on many machines.
_LARGE = "/var/tmp"  # noqa: S108 - a folder of our own is made in it, with mkdtemp


@contextmanager
def private_folder() -> Iterator[Path]:
    """An empty folder of mode 700, below TMPDIR or where there is room. OSError where there is none."""
    above = os.environ.get("TMPDIR") or (_LARGE if os.access(_LARGE, os.W_OK) else None)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=above)).resolve()
    try:
        yield folder
    finally:
        _remove(folder)


def write_private(path: Path, content: bytes) -> Path:
    """Writes a new file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path


def _remove(folder: Path) -> None:
    """Removes the folder, unless something is mounted in it: what is mounted there is not ours to delete.

    An engine that was killed may leave such mounts behind, of folders of this machine.
    """
    from modelyard.write.interrupts import HeldSignals

    with HeldSignals():
        mounted = _mounts(folder)
        if mounted:
            raise EngineError(
                f"{mounted[0]} is still mounted: run `umount -R {folder}/*`, and remove {folder}"
            )
        shutil.rmtree(folder, onerror=_again)


def _again(function: object, path: str, error: object) -> None:
    """A folder without the right to write: build steps make such, and they are ours."""
    os.chmod(os.path.dirname(path), 0o700)
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, 0o700)
        shutil.rmtree(path)
    else:
        os.unlink(path)


def _mounts(folder: Path) -> list[str]:
    """What is mounted below a folder; /proc writes spaces and such as octal digits."""
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except FileNotFoundError:  # no Linux: engines run in a virtual machine there
        return []
    points = (
        re.sub(rb"\\([0-7]{3})", lambda digits: bytes([int(digits[1], 8)]), line.split(b" ")[4])
        for line in lines
    )
    inside = os.fsencode(folder) + b"/"
    return [os.fsdecode(point) for point in points if point.startswith(inside)]

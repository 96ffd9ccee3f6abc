"""Small files of our own that nobody reviews (caches): read with a bound, replaced as a whole."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def read_private(root: Path, path: str, largest: int) -> bytes:
    """The bytes of the file. Raises OSError, or ValueError for what no run of ours has written."""
    descriptor = os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > largest:
            raise ValueError(f"{path} is not a file of ours")
        return file.read(largest)


def replace_private(root: Path, path: str, content: bytes) -> None:
    """Replaces the file. A tree that cannot be written goes without, which is no reason to fail."""
    place = root / path
    temporary = place.with_name(f"{place.stem}.{os.getpid()}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
        with open(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, place)
    except OSError:
        with suppress(OSError):  # where not even its folder could be made, say
            temporary.unlink()

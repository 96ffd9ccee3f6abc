"""Lines of the repository's files, for the excerpt under a finding."""

from __future__ import annotations

import os
import stat

LIMIT = 1 << 20  # bytes of a file that are read; lines beyond them have no excerpt


class Sources:
    """Hands out source lines below ``root``; never follows a link, never raises for what the disk holds.

    Only the last file is remembered: reports are sorted by path, so memory stays flat on any repository.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._root = root
        self._path: str | None = None
        self._lines: list[str] = []

    def line(self, path: str, number: int) -> str | None:
        """Line ``number`` (from 1) of the file at ``path``, without its line break.

        ``path`` is relative to the root, with ``/``. A byte that is not UTF-8 comes as a lone surrogate
        (PEP 383). None where there is no such line: a missing file, a directory, a device, a link on the
        way, a path that leaves the root, or a line beyond the first MiB.
        """
        if path != self._path:
            self._lines = _lines(_read(self._root, path))
            self._path = path
        return self._lines[number - 1] if 0 < number <= len(self._lines) else None


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    # Not `splitlines`: it also breaks at form feeds and U+2028, where neither YAML nor an editor does.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # What follows the last line break is no line when it is empty, and not a whole one when reading stopped.
    if lines[-1] == "" or len(data) > LIMIT:
        lines.pop()
    return lines


def _read(root: str | os.PathLike[str], path: str) -> bytes:
    """The first bytes of the file, one more than LIMIT if there are more; nothing if it has none to show."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return b""
    opened: list[int] = []
    try:
        opened.append(os.open(root, os.O_RDONLY | os.O_DIRECTORY))
        for part in parts[:-1]:
            opened.append(os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=opened[-1]))
        # O_NONBLOCK: opening a pipe must not wait for somebody to write into it.
        opened.append(os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=opened[-1]))
        if not stat.S_ISREG(os.fstat(opened[-1]).st_mode):
            return b""
        with os.fdopen(opened.pop(), "rb") as file:
            return file.read(LIMIT + 1)
    except (OSError, ValueError):
        # Gone, unreadable, a link, or a name no file can have (NUL): the finding is printed without excerpt.
        return b""
    finally:
        for descriptor in opened:
            os.close(descriptor)

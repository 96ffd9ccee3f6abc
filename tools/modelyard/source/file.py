"""Opens a file that anybody may have put there: nothing but a regular file, and no more than fits."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from modelyard.findings import Finding, Location
from modelyard.source.reading import Limits, Reading, default_limits, read

if TYPE_CHECKING:
    from pathlib import Path

# O_NONBLOCK: opening a FIFO must not wait for a writer.
open_flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
folder_flags = open_flags | os.O_DIRECTORY

problems = {
    errno.ENOENT: (
        "file-missing",
        "the file does not exist",
        "create it, or run again if it was moved",
    ),
    errno.ENOTDIR: ("not-a-file", "a part of this path is a link or is no folder", "put real folders there"),
    errno.ELOOP: ("not-a-file", "this is a symbolic link", "put the file itself here"),
    errno.ENXIO: ("not-a-file", "this is a socket or a device", "put a regular file here"),
    errno.EOPNOTSUPP: ("not-a-file", "this is a socket", "put a regular file here"),
    errno.EACCES: ("permission-denied", "the file may not be read", "give yourself permission to read it"),
    errno.EPERM: ("permission-denied", "the file may not be read", "give yourself permission to read it"),
}
kinds = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class NotAFile(Exception):
    """The path leads to something other than a regular file; the message says to what."""


def read_file(root: Path, path: str, *, limits: Limits = default_limits) -> Reading:
    """Reads the YAML file at ``path`` (relative, with ``/``) below ``root``.

    Follows no symbolic link below ``root`` and never leaves it, waits for nobody, and takes in at most
    one byte more than ``limits.max_bytes``. What cannot be read is a finding, as in ``read``.
    """
    try:
        data = read_bytes(root, path, limits.max_bytes + 1)
    except NotAFile as problem:
        return refused(path, "not-a-file", str(problem), "put a regular file here")
    except OSError as problem:
        code = problem.errno or 0
        unknown = f"the file cannot be read ({errno.errorcode.get(code, code)})"
        return refused(
            path, *problems.get(code, ("unreadable-file", unknown, "check the disk and try again"))
        )
    return read(path, data, limits=limits)


def refused(path: str, rule: str, message: str, hint: str) -> Reading:
    """The reading of a file that could not be opened."""
    return Reading(None, (Finding(rule, Location(path), message, hint),))


def read_bytes(root: Path, path: str, at_most: int) -> bytes:
    """The first ``at_most`` bytes of a regular file. Raises ``OSError`` and ``NotAFile``."""
    *folders, name = path.split("/")
    if "" in folders or ".." in (*folders, name) or "\0" in path:
        raise NotAFile("this path leads out of the repository")
    place = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = os.open(folder, folder_flags, dir_fd=place)
            os.close(place)
            place = inner
        descriptor = os.open(name, open_flags, dir_fd=place)
    finally:
        os.close(place)
    try:
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
        if kind != stat.S_IFREG:
            raise NotAFile(f"this is {kinds.get(kind, 'no regular file')}")
        return read_up_to(descriptor, at_most)
    finally:
        os.close(descriptor)


def read_up_to(descriptor: int, at_most: int) -> bytes:
    """Reads until the end of the file or until ``at_most`` bytes are there."""
    parts: list[bytes] = []
    while at_most > 0 and (part := os.read(descriptor, at_most)):
        parts.append(part)
        at_most -= len(part)
    return b"".join(parts)

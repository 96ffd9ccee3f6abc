"""Exceptions of this package: something stands in the way, or the work cannot be done."""

from __future__ import annotations

import enum
import errno


class Kind(enum.Enum):
    """What was met at a path where something else was needed. The value reads on after ``is``."""

    SYMLINK = "a symbolic link"
    DIRECTORY = "a folder"
    FILE = "a file"
    SPECIAL = "a pipe, socket or device"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    TOO_LARGE = "larger than any generated file"


class Obstacle(Exception):
    """``path`` (repo-relative) is of no use to the caller for its ``kind``; ``detail`` is more about it."""

    def __init__(self, path: str, kind: Kind, detail: str = "") -> None:
        super().__init__(f"{path} is {kind.value}" + (f": {detail}" if detail else ""))
        self.path = path
        self.kind = kind
        self.detail = detail


class WriteError(Exception):
    """The tree cannot be written. ``hint`` says what mends it. All files written before it are complete."""

    def __init__(self, path: str, reason: str, hint: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.hint = hint

    def __reduce__(self) -> tuple[type[WriteError], tuple[str, str, str]]:
        """Worker processes hand it to their parent: an exception of three arguments must say so itself."""
        return (WriteError, (self.path, self.reason, self.hint))


_AGAIN = "then run the command again: files already written are complete and stay"
_HINTS = {
    errno.ENOSPC: f"free some space on this disk, {_AGAIN}",
    errno.EDQUOT: f"your disk quota is used up: free some space, {_AGAIN}",
    errno.EFBIG: f"raise the limit on file sizes (`ulimit -f`), {_AGAIN}",
    errno.EROFS: "this disk is read-only: use `--check` or `--diff`, or a checkout that can be written",
    errno.EACCES: f"see who owns it (`ls -ld`), take it back (`sudo chown -R $USER .`), {_AGAIN}",
    errno.EPERM: f"see who owns it and whether it is immutable (`ls -ld`, `lsattr -d`), {_AGAIN}",
    errno.ENOENT: "it went away meanwhile: run the command again",
    errno.EMFILE: f"raise the limit on open files (`ulimit -n`), {_AGAIN}",
}


def cannot_write(path: str, error: OSError) -> WriteError:
    """The ``WriteError`` that says what an ``OSError`` means for a repo-relative path."""
    hint = _HINTS.get(error.errno or 0, f"mend the cause, {_AGAIN}")
    return WriteError(path, error.strerror or str(error), hint)

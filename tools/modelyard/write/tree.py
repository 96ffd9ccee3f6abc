"""A repository on disk, reached only through folders that were opened without following a symlink."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from modelyard.write.errors import Kind, Obstacle

LARGEST_FILE = 64 * 1024 * 1024  # bytes; anything larger was not generated and is not read into memory

_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a pipe that was put in the place of a file must not stop the run.
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Tree:
    """The repository below ``root``, which is opened once; ``root`` itself may be reached by a symlink.

    Paths are relative to it, with ``/``, and were checked by ``why_unsafe``. Folders stay open for reuse, at
    most ``limit`` of them, the oldest closed first. Use it as a context manager. Not for several threads.
    """

    def __init__(self, root: Path, limit: int = 32) -> None:
        """Raises OSError where ``root`` is not a folder that can be read."""
        self.root = root
        self._limit = max(limit, 1)
        self._open: dict[str, int] = {}
        self._made: set[str] = set()  # created by us: what is below them need not be looked for first
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes every folder and the root."""
        self.forget()
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def forget(self) -> None:
        """Closes the folders but the root, so that each is looked up anew."""
        self._made.clear()
        while self._open:
            os.close(self._open.popitem()[1])

    def directory(self, path: str) -> int | None:
        """A descriptor of the folder ``path`` (``""`` is the root), or None where nothing is there.

        It is good only until the next call. Raises Obstacle where a component is not a folder or is
        unreadable.
        """
        if path in self._open:
            return self._open[path]
        steps: list[str] = []
        while path and path not in self._open:
            steps.append(path)
            path = path.rpartition("/")[0]
        descriptor: int | None = self._open[path] if path else self._root
        while steps and descriptor is not None:
            descriptor = self._enter(descriptor, steps.pop())
        return descriptor

    def _enter(self, parent: int, path: str) -> int | None:
        name = path.rpartition("/")[2]
        if name in ("", ".", ".."):  # the last line of defence: such a path never comes this far
            raise ValueError(f"not a path inside the repository: {path!r}")
        try:
            found = os.open(name, _OPEN_DIRECTORY, dir_fd=parent)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _obstacle(parent, name, path, error) from None
        if len(self._open) >= self._limit:
            oldest = next(iter(self._open))
            os.close(self._open.pop(oldest))
        self._open[path] = found
        return found

    def make_directory(self, path: str) -> int:
        """Like ``directory``, but creates what is missing, mode 0755 under any umask. May raise OSError."""
        above, _, name = path.rpartition("/")
        if above not in self._made:
            found = self.directory(path)
            if found is not None:
                return found
        elif path in self._open:
            return self._open[path]
        parent = self.make_directory(above)
        try:
            os.mkdir(name, 0o755, dir_fd=parent)
        except FileExistsError:  # it has come meanwhile; what it is shows when it is opened
            return self._reopen(path)
        self._made.add(path)
        made = self._reopen(path)
        os.fchmod(made, 0o755)
        return made

    def read(self, path: str) -> bytes:
        """The bytes of a regular file. Raises FileNotFoundError, or Obstacle where something else is."""
        above, _, name = path.rpartition("/")
        parent = self.directory(above)
        if parent is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return read_at(parent, name, path)

    def names(self, path: str) -> list[str]:
        """The sorted names in a folder; none if it is missing. Raises Obstacle where it is not a folder."""
        found = self.directory(path)
        try:
            return [] if found is None else sorted(os.listdir(found))
        except OSError as error:
            raise Obstacle(path, Kind.UNREADABLE, error.strerror or str(error)) from error

    def _reopen(self, path: str) -> int:
        found = self.directory(path)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return found


def read_at(directory: int, name: str, path: str) -> bytes:
    """The bytes of the regular file ``name`` in an open directory; ``path`` is its name in messages.

    Raises FileNotFoundError, or Obstacle where it is no regular file, unreadable or over ``LARGEST_FILE``.
    """
    try:
        descriptor = os.open(name, OPEN_FILE, dir_fd=directory)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _obstacle(directory, name, path, error) from None
    try:
        return _read_regular(descriptor, path)
    except OSError as error:
        raise Obstacle(path, Kind.UNREADABLE, error.strerror or str(error)) from error
    finally:
        os.close(descriptor)


def _read_regular(descriptor: int, path: str) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise Obstacle(path, _kind(status.st_mode))
    size = status.st_size
    if size > LARGEST_FILE:
        raise Obstacle(path, Kind.TOO_LARGE, f"{size} bytes")
    content = os.read(descriptor, size + 1)
    if len(content) == size:
        return content
    # It grows or shrinks right now, or the file system gives short reads: read on until the end.
    parts = [content]
    while parts[-1]:
        parts.append(os.read(descriptor, 65536))
    return b"".join(parts)


def kind_at(directory: int, name: str) -> Kind:
    """What stands at ``name`` in an open directory, without following it. Raises OSError."""
    try:
        return _kind(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return Kind.MISSING


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.DIRECTORY
    return Kind.SYMLINK if stat.S_ISLNK(mode) else Kind.SPECIAL


def _obstacle(directory: int, name: str, path: str, error: OSError) -> Obstacle:
    """Why opening ``name`` failed; for symlinks and sockets the error number differs between systems."""
    if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR, errno.ENXIO, errno.EOPNOTSUPP):
        return Obstacle(path, kind_at(directory, name))
    return Obstacle(path, Kind.UNREADABLE, error.strerror or str(error))

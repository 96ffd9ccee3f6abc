"""The files of an archive, in a folder or a tar, read by name and within bounds."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Literal, Protocol

from modelyard.images.image import Unreadable, shown
from modelyard.oci.documents import Descriptor

_CHUNK = 2**20
_MOST_MEMBERS = 10_000
_GZIP_MAGIC = b"\x1f\x8b"
_BROKEN = (OSError, EOFError, tarfile.TarError, zlib.error)


class _Container(Protocol):
    """Where files are: ``open`` gives one that is regular, and raises Unreadable for anything else."""

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]: ...

    def has(self, name: str) -> bool: ...


class Files:
    """What is in an archive. All methods raise Unreadable."""

    def __init__(self, container: _Container) -> None:
        self._container = container

    @staticmethod
    def blob_name(digest: str) -> str:
        """Where a layout keeps content."""
        return f"blobs/{digest.replace(':', '/')}"

    def has(self, name: str) -> bool:
        return self._container.has(name)

    def read(self, name: str, at_most: int) -> bytes:
        """The whole of a small file."""
        with self._container.open(name) as file:
            data = _guarded(file, at_most + 1, name)
        if len(data) > at_most:
            raise Unreadable(f"is broken: {shown(name)} is more than {at_most} bytes")
        return data

    def blob(self, descriptor: Descriptor, at_most: int) -> bytes:
        """What a descriptor names."""
        data = self.read(self.blob_name(descriptor.digest), at_most)
        if "sha256:" + hashlib.sha256(data).hexdigest() != descriptor.digest:
            raise Unreadable(f"is broken: what it holds as {descriptor.digest} is something else")
        return data

    def measure(self, name: str) -> tuple[int, str, bytes]:
        """Size, digest and first bytes of a file."""
        size, digest, start = 0, hashlib.sha256(), b""
        with self._container.open(name) as file:
            while part := _guarded(file, _CHUNK, name):
                start = start or part[:4]
                size += len(part)
                digest.update(part)
        return size, f"sha256:{digest.hexdigest()}", start

    def copy(self, name: str, descriptor: Descriptor, into: BinaryIO) -> None:
        """Writes a file that must be what the descriptor says."""
        size, digest = 0, hashlib.sha256()
        with self._container.open(name) as file:
            while part := _guarded(file, _CHUNK, name):
                size += len(part)
                digest.update(part)
                into.write(part)
        if f"sha256:{digest.hexdigest()}" != descriptor.digest or size != descriptor.size:
            raise Unreadable(f"is broken: what it holds as {descriptor.digest} is something else")


def open_files(path: Path) -> Files:
    """The files of an archive. Raises Unreadable."""
    if path.is_dir():
        return Files(_Folder(path))
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Unreadable("is neither a file nor a folder")
        return Files(_Tar(path))
    except _BROKEN as error:
        raise Unreadable(f"is not a tar archive that can be read ({_why(error)})") from error


def _guarded(file: IO[bytes], size: int, name: str) -> bytes:
    try:
        return file.read(size)
    except _BROKEN as error:
        raise Unreadable(f"is broken: {shown(name)} cannot be read ({_why(error)})") from error


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or shown(error)


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def has(self, name: str) -> bool:
        return (self._root / name).is_file()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        if os.path.isabs(name) or ".." in name.split("/"):
            raise Unreadable(f"is broken: it names {shown(name)}, which is outside of it")
        try:
            descriptor = os.open(self._root / name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except (OSError, ValueError) as error:
            raise Unreadable(f"is broken: {shown(name)} cannot be read ({_why(error)})") from error
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable(f"is broken: {shown(name)} is no regular file")
            yield file


class _Tar:
    def __init__(self, path: Path) -> None:
        with open(path, "rb") as file:
            self._mode: Literal["r:", "r:gz"] = "r:gz" if file.read(2) == _GZIP_MAGIC else "r:"
        self._path = path
        self._members: dict[str, tarfile.TarInfo] = {}
        with tarfile.open(path, self._mode) as archive:
            for count, member in enumerate(archive):
                if count >= _MOST_MEMBERS:
                    raise Unreadable(f"holds more than {_MOST_MEMBERS} files")
                self._members[member.name.removeprefix("./")] = member

    def has(self, name: str) -> bool:
        return name in self._members

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with tarfile.open(self._path, self._mode) as archive:
            try:
                # What `docker save` wrote of old has links to layers that it wrote before.
                file = archive.extractfile(self._members[name])
            except (KeyError, *_BROKEN) as error:
                raise Unreadable(f"is broken: it has no {shown(name)}") from error
            if file is None:
                raise Unreadable(f"is broken: {shown(name)} is no regular file")
            with file:
                yield file

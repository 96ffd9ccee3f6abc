"""Walking folders of the tree: every entry once, in an order that does not depend on the disk."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from modelyard.write.errors import Kind, Obstacle
from modelyard.write.paths import outermost
from modelyard.write.tree import OPEN_FILE, Tree

_SMALL = 65536  # bytes; generated files and manifests are far below it


class Listing(NamedTuple):
    """One folder. ``descriptor`` is good until the next item of the scan; names are sorted."""

    path: str
    descriptor: int
    files: list[str]
    directories: list[str]
    others: list[tuple[str, Kind]]  # symbolic links, pipes, sockets, devices


def scan(tree: Tree, directories: Iterable[str]) -> Iterator[Listing | Obstacle]:
    """Every folder at and below ``directories``, parents first, none twice, no symlink followed.

    A folder that cannot be listed is given as the Obstacle it is; one that is not there as ``Kind.MISSING``.
    """
    waiting = list(reversed(outermost(directories)))
    while waiting:
        path = waiting.pop()
        try:
            descriptor = tree.directory(path)
            listing = None if descriptor is None else _list(path, descriptor)
        except Obstacle as obstacle:
            yield obstacle
            continue
        if listing is None:
            yield Obstacle(path, Kind.MISSING)
            continue
        yield listing
        waiting.extend(f"{path}/{name}" for name in reversed(listing.directories))


def _list(path: str, descriptor: int) -> Listing:
    files: list[str] = []
    directories: list[str] = []
    others: list[tuple[str, Kind]] = []
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    files.append(entry.name)
                elif entry.is_dir(follow_symlinks=False):
                    directories.append(entry.name)
                else:
                    others.append((entry.name, Kind.SYMLINK if entry.is_symlink() else Kind.SPECIAL))
    except OSError as error:
        raise Obstacle(path, Kind.UNREADABLE, error.strerror or str(error)) from error
    files.sort()
    directories.sort()
    others.sort(key=lambda other: other[0])
    return Listing(path, descriptor, files, directories, others)


def digest_tree(tree: Tree, directories: Iterable[str], *, modes: bool = False) -> bytes:
    """One digest (32 bytes) of all that lies below ``directories``: names, kinds and the bytes of every file.

    Two trees with the same digest hold the same files. A missing folder, an empty one, a symlink (its
    target's name, never what lies behind it) and what cannot be read each change it in their own way, so it
    never raises for them: the plan that follows a changed digest reports them. Times do not count, and of
    the modes only whether a file can be executed, where ``modes`` says so.
    """
    digest = hashlib.blake2b(digest_size=32)
    for item in scan(tree, directories):
        if isinstance(item, Obstacle):
            digest.update(_frame(item.path, item.kind.name, item.detail.encode()))
            continue
        parts = [_frame(item.path, Kind.DIRECTORY.name, b"")]
        parts.extend(_content_frame(item.descriptor, name, modes) for name in item.files)
        for name, kind in item.others:
            parts.append(_frame(name, kind.name, _target(item.descriptor, name, kind)))
        digest.update(b"".join(parts))
    return digest.digest()


def digest_files(files: Mapping[str, bytes], directories: Iterable[str]) -> bytes:
    """What ``digest_tree`` says of ``directories`` when they hold these files, by path, and nothing else."""
    folders: dict[str, tuple[list[str], set[str]]] = {}  # its files, and the folders in it
    for path in files:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, ([], set()))[0].append(name)
        while folder:
            folder, _, name = folder.rpartition("/")
            folders.setdefault(folder, ([], set()))[1].add(name)
    digest = hashlib.blake2b(digest_size=32)
    waiting = list(reversed(outermost(directories)))
    while waiting:
        path = waiting.pop()
        if path not in folders:
            digest.update(_frame(path, Kind.MISSING.name, b""))
            continue
        names, inner = folders[path]
        digest.update(_frame(path, Kind.DIRECTORY.name, b""))
        for name in sorted(names):
            digest.update(_small_or_digest(name, files[f"{path}/{name}"]))
        waiting.extend(f"{path}/{name}" for name in sorted(inner, reverse=True))
    return digest.digest()


def _small_or_digest(name: str, content: bytes) -> bytes:
    if len(content) <= _SMALL:
        return _frame(name, "", content)
    return _frame(name, "digest", hashlib.blake2b(content).digest())


def _content_frame(directory: int, name: str, modes: bool) -> bytes:
    """The frame of a regular file; of a large one it holds a digest, for it might not fit in memory."""
    try:
        descriptor = os.open(name, OPEN_FILE, dir_fd=directory)
        try:
            kind = "executable" if modes and os.fstat(descriptor).st_mode & stat.S_IXUSR else ""
            content = os.read(descriptor, _SMALL)
            more = os.read(descriptor, _SMALL) if content else b""
            if not more:
                return _frame(name, kind, content)
            digest = hashlib.blake2b(content)
            while more:
                digest.update(more)
                more = os.read(descriptor, _SMALL)
            return _frame(name, f"{kind}digest", digest.digest())
        finally:
            os.close(descriptor)
    except OSError as error:
        return _frame(name, Kind.UNREADABLE.name, str(error.errno).encode())


def _frame(name: str, kind: str, content: bytes) -> bytes:
    """Unambiguous: no name can hold NUL, and the length says where the content ends."""
    head = f"{name}\0{kind}\0{len(content)}\0"
    return head.encode("utf-8", "surrogateescape") + content


def _target(directory: int, name: str, kind: Kind) -> bytes:
    if kind is not Kind.SYMLINK:
        return b""
    try:
        return os.fsencode(os.readlink(name, dir_fd=directory))
    except OSError as error:
        return f"\0{error.errno}".encode()

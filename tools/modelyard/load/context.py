"""The files that an image is built from: there, readable, bounded, and what they hash to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from modelyard.findings import Finding, Location
from modelyard.load.requirements import check_requirements

MAX_FILES = 5_000
MAX_BYTES = 64 * 2**20


class ContextReader:
    """Reads the files below one model's folder, never through a symlink, and remembers what was wrong."""

    def __init__(self, root: Path, folder: str) -> None:
        self.root = root
        self.folder = folder
        self.findings: list[Finding] = []

    def exists(self, path: str, where: Location) -> bool:
        """Whether the manifest's ``path`` is a regular file below the folder; reports it where not."""
        return self._kind(path, where, stat.S_ISREG, "a file") is not None

    def digest(self, source: str, requirements: str, where_source: Location, where_lock: Location) -> str:
        """A hex digest of everything that a build copies: requirements and source folder, by path and bytes."""
        from hashlib import blake2b

        total = blake2b(digest_size=16)
        if requirements and self._kind(requirements, where_lock, stat.S_ISREG, "a file"):
            content = self._read(requirements, where_lock)
            _feed(total, requirements, content)
            self.findings += check_requirements(f"{self.folder}/{requirements}", content)
        if source and self._kind(source, where_source, stat.S_ISDIR, "a folder"):
            files = size = 0
            for path in self._walk(source, where_source):
                content = self._read(path, where_source)
                files, size = files + 1, size + len(content)
                if files > MAX_FILES or size > MAX_BYTES:
                    self._too_large(source, where_source)
                    break
                _feed(total, path, content)
        return total.hexdigest()

    def _too_large(self, source: str, where: Location) -> None:
        message = f"{source} holds more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB"
        hint = "keep weights and data out of Git: name them under artifacts"
        self.findings.append(Finding("context-too-large", where, message, hint))

    def _kind(self, path: str, where: Location, wanted: object, what: str) -> os.stat_result | None:
        full = self.root / self.folder
        for part in path.split("/"):
            full = full / part
            try:
                found = os.lstat(full)
            except OSError:
                hint = f"create {self.folder}/{path}, or correct the path"
                self.findings.append(Finding("missing-file", where, f"{path} is not in {self.folder}", hint))
                return None
            if stat.S_ISLNK(found.st_mode):
                hint = "put the file itself there: a build does not follow links out of its folder"
                self.findings.append(Finding("symlink", where, f"{path} goes through a symbolic link", hint))
                return None
        if not wanted(found.st_mode):  # type: ignore[operator]
            self.findings.append(Finding("missing-file", where, f"{path} is not {what}", f"name {what}"))
            return None
        return found

    def _walk(self, path: str, where: Location) -> Iterator[str]:
        with os.scandir(self.root / self.folder / path) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            inner = f"{path}/{entry.name}"
            if entry.name == "__pycache__":
                continue
            if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
                hint = "copy the file itself into the folder"
                self.findings.append(Finding("symlink", where, f"{inner} is a symbolic link or a special file", hint))
            elif entry.is_dir(follow_symlinks=False):
                yield from self._walk(inner, where)
            else:
                yield inner

    def _read(self, path: str, where: Location) -> bytes:
        try:
            descriptor = os.open(self.root / self.folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            self.findings.append(Finding("unreadable-file", where, f"{path}: {error.strerror}", "make it readable"))
            return b""


def _feed(total: object, path: str, content: bytes) -> None:
    name = path.encode()
    total.update(b"%d %d " % (len(name), len(content)))  # type: ignore[attr-defined]
    total.update(name)  # type: ignore[attr-defined]
    total.update(content)  # type: ignore[attr-defined]

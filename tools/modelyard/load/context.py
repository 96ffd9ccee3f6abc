"""The files that an image is built from: there, readable, bounded, and what they hash to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from modelyard.facts.unbuilt import is_built
from modelyard.findings import Finding, Location
from modelyard.load.requirements import check_requirements, distributions

MAX_FILES = 5_000
MAX_BYTES = 64 * 2**20
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class ContextReader:
    """Reads the files below one model's folder, never through a symlink, and remembers what was wrong."""

    def __init__(self, root: Path, folder: str) -> None:
        self.root = root
        self.folder = folder
        self.findings: list[Finding] = []

    def exists(self, path: str, where: Location) -> bool:
        """Whether the manifest's ``path`` is a regular file below the folder; reports it where not."""
        return self._is_there(path, where, folder=False)

    def digest(self, source: str, requirements: str, where_source: Location, where_lock: Location) -> str:
        """A hex digest of everything that a build copies: requirements and source, by path and bytes."""
        total = blake2b(digest_size=16)
        if requirements and self._is_there(requirements, where_lock, folder=False):
            content, executable = self._read(requirements, where_lock)
            _feed(total, requirements, content, executable)
            self.findings += check_requirements(f"{self.folder}/{requirements}", content)
        if source and self._is_there(source, where_source, folder=True):
            files = size = 0
            for path in self._walk(source, where_source):
                content, executable = self._read(path, where_source)
                files, size = files + 1, size + len(content)
                if files > MAX_FILES or size > MAX_BYTES:
                    self._too_large(source, where_source)
                    break
                _feed(total, path, content, executable)
        return total.hexdigest()

    def distributions(self, requirements: str) -> frozenset[str] | None:
        """The Python distributions that a requirements file pins; None where it cannot be read.

        Why that is so is said by ``digest``, which reads the same file.
        """
        silent = ContextReader(self.root, self.folder)
        nowhere = Location(self.folder)
        if not silent.exists(requirements, nowhere):
            return None
        content, _ = silent._read(requirements, nowhere)
        return None if silent.findings else distributions(content)

    def _report(self, rule: str, where: Location, message: str, hint: str) -> None:
        self.findings.append(Finding(rule, where, message, hint))

    def _too_large(self, source: str, where: Location) -> None:
        message = f"{source} holds more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB"
        self._report(
            "context-too-large", where, message, "keep weights and data out of Git: name them under artifacts"
        )

    def _is_there(self, path: str, where: Location, *, folder: bool) -> bool:
        what = "a folder" if folder else "a file"
        full, mode = f"{self.root}/{self.folder}", 0
        for part in path.split("/"):
            full = f"{full}/{part}"
            try:
                mode = os.lstat(full).st_mode
            except (FileNotFoundError, NotADirectoryError):
                hint = f"create {self.folder}/{path}, or correct the path"
                self._report("missing-file", where, f"{path} is not in {self.folder}", hint)
                return False
            except OSError as error:
                self._unreadable(path, where, error)
                return False
            if stat.S_ISLNK(mode):
                hint = "put the file itself there: a build does not follow links out of its folder"
                self._report("symlink", where, f"{path} goes through a symbolic link", hint)
                return False
        if not (stat.S_ISDIR(mode) if folder else stat.S_ISREG(mode)):
            self._report("missing-file", where, f"{path} is not {what}", f"name {what}")
            return False
        return True

    def _walk(self, source: str, where: Location) -> Iterator[str]:
        """Every file below ``source``, in an order that does not depend on the disk."""
        waiting = [source]
        while waiting:
            path = waiting.pop()
            try:
                with os.scandir(self.root / self.folder / path) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self._unreadable(path, where, error)
                continue
            for entry in found:
                inner = f"{path}/{entry.name}"
                if not is_built(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(inner)
                elif entry.is_file(follow_symlinks=False):
                    yield inner
                else:
                    message = f"{inner} is a symbolic link or a special file"
                    self._report("symlink", where, message, "copy the file itself into the folder")

    def _read(self, path: str, where: Location) -> tuple[bytes, bool]:
        """The content, and whether the file can be executed: a build copies that too."""
        try:
            descriptor = os.open(f"{self.root}/{self.folder}/{path}", _OPEN)
            with open(descriptor, "rb") as file:
                executable = bool(os.fstat(descriptor).st_mode & stat.S_IXUSR)
                return file.read(MAX_BYTES + 1), executable
        except OSError as error:
            self._unreadable(path, where, error)
            return b"", False

    def _unreadable(self, path: str, where: Location, error: OSError) -> None:
        self._report(
            "unreadable-file", where, f"{path}: {error.strerror}", "make it readable, or take it away"
        )


def _feed(total: blake2b, path: str, content: bytes, executable: bool) -> None:
    name = os.fsencode(path) + (b"\0x" if executable else b"")
    total.update(b"%d %d " % (len(name), len(content)))
    total.update(name)
    total.update(content)

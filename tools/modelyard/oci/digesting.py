"""A file that is written and held against its digest at once, so that it need not fit into memory."""

from __future__ import annotations

import hashlib
from typing import BinaryIO


class Digesting:
    """Writes to a file and counts: what is in it, and how much. Every attempt begins the file anew."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"

    def restart(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes, /) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

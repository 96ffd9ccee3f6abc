"""What a target gives: a path in the repository and the typed document that belongs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Plain data as JSON knows it: dict with str keys, list, str, int, float, bool, None.
Plain = Any


@dataclass(frozen=True, slots=True)
class YamlStream:
    """One YAML file: its documents in order, as plain data, serialised by ``modelyard.emit``."""

    documents: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """One JSON file. JSON has no comments, so the document itself must hold ``SEAL`` once, as a value."""

    data: Plain


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of lines with ``#`` comments (Dockerfile, ignore file), complete but for its header."""

    text: str


Document = YamlStream | JsonDocument | TextFile


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to be written.

    ``path`` is relative to the repository, with ``/``. ``source`` is the file that a reader must
    edit to change this one; it is named in the header.
    """

    path: str
    document: Document
    source: str

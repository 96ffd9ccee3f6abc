"""What the last run knew: that these inputs gave these outputs, and that nothing was wrong with them.

The cache is a JSON file. A missing, broken or outdated one costs time and nothing else: an entry
counts only while both digests are those of the files on disk. ``--check`` does not ask it at all,
since its answer must not hang on a file that nobody reviews.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from modelyard.findings import Location
from modelyard.load import layout
from modelyard.write.replace import read_private, replace_private

_FILE = f"{layout.CACHE}/render.json"
_VERSION = 3
_LARGEST = 2**27  # bytes; ten thousand models are two million


class Entry(NamedTuple):
    """Digests of a model's inputs and outputs, and what else a run that skips it has to say of it.

    ``files`` is how many the outputs are; ``skipped`` and ``claims`` are those of ModelResult.
    """

    inputs: str
    outputs: str
    files: int
    skipped: Mapping[str, str]
    claims: tuple[tuple[str, Location], ...]


def load(root: Path) -> dict[str, Entry]:
    """The entries by model; none where the file cannot be understood."""
    try:
        said = json.loads(read_private(root, _FILE, _LARGEST))
        if said["version"] != _VERSION:
            return {}
        return {name: _entry(*fields) for name, fields in said["models"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _entry(
    inputs: str, outputs: str, files: int, skipped: dict[str, str], claims: list[tuple[str, list[Any]]]
) -> Entry:
    """Raises TypeError or ValueError for what ``save`` does not write."""
    if not all(isinstance(reason, str) for reason in skipped.values()):
        raise TypeError("a reason is a string")
    found = tuple((str(thing), Location(*where)) for thing, where in claims)
    return Entry(str(inputs), str(outputs), int(files), dict(skipped), found)


def _fields(entry: Entry) -> list[Any]:
    claims = [(thing, (at.path, at.line, at.column, at.length)) for thing, at in entry.claims]
    return [entry.inputs, entry.outputs, entry.files, dict(entry.skipped), claims]


def save(root: Path, entries: dict[str, Entry]) -> None:
    """Replaces the file. A tree that cannot be written has no cache, which is no reason to fail."""
    models = {name: _fields(entry) for name, entry in sorted(entries.items())}
    # dumps, and not dump: only the former is written in C.
    replace_private(root, _FILE, json.dumps({"version": _VERSION, "models": models}).encode())

"""Where values stand: trees of located nodes, made only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelyard.findings import Location
from modelyard.source.node import Mapping, Node, Scalar, Sequence
from modelyard.subjects.document import Path


class Trees:
    """The located trees of one file: parsed from its text when the first place is asked for."""

    def __init__(self, path: str, text: Callable[[], bytes], roots: tuple[Node, ...] | None = None) -> None:
        self.path = path
        self.text = text
        self.known = roots

    def root(self, index: int) -> Node | None:
        """The tree of a document, or None where the text does not have so many."""
        if self.known is None:
            from modelyard.subjects.formats import read_roots

            self.known = read_roots(self.path, self.text()).roots
        return self.known[index] if index < len(self.known) else None


class Finder:
    """Finds the places of one document: the ``index``-th of its file, or a part of it below ``prefix``."""

    def __init__(self, trees: Trees, index: int, prefix: Path = ()) -> None:
        self.trees = trees
        self.index = index
        self.prefix = prefix

    def __call__(self, path: Path) -> Location:
        root = self.trees.root(self.index)
        if root is None:
            return Location(self.trees.path)
        return place_of(root, self.prefix + path)

    def below(self, path: Path) -> Finder:
        """Finds places in the part of the document that ``path`` leads to."""
        return Finder(self.trees, self.index, self.prefix + path)


def place_of(root: Node, path: Path) -> Location:
    """Where the value of ``path`` stands; where it leads nowhere, the last value on the way."""
    node = root
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            entry = node.entries.get(step)
            if entry is None:
                break
            key, node = entry
            if isinstance(node, Scalar) and not node.text and node.value is None:
                # Nothing stands there: the key says more than the place behind it.
                return key.location
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
        else:
            break
    return node.location


class Lines:
    """Finds places in a file of lines: the first step of a path is a line, counted from 1."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.rows: list[str] = []  # split when a place is asked for first

    def __call__(self, path: Path) -> Location:
        number = path[0] if path and isinstance(path[0], int) else 1
        rows = self.rows = self.rows or self.text.split("\n")
        row = rows[number - 1] if 0 < number <= len(rows) else ""
        bare = row.strip()
        column = len(row) - len(row.lstrip()) + 1 if bare else 1
        return Location(self.path, max(number, 1), column, len(bare) or 1)


def plain(node: Node, *, booleans: bool, integers: bool) -> Any:
    """The plain data of a tree, with what YAML 1.1 reads as booleans and integers read so."""
    from modelyard.source.foreign import Dated

    if isinstance(node, Dated):
        old = node.older
        return old if (booleans if isinstance(old, bool) else integers) else node.value
    if isinstance(node, Mapping):
        return {
            key: plain(value, booleans=booleans, integers=integers)
            for key, (_, value) in node.entries.items()
        }
    if isinstance(node, Sequence):
        return [plain(item, booleans=booleans, integers=integers) for item in node.items]
    return node.plain()

"""Anchors (``&name``) and aliases (``*name``), within a small budget."""

from __future__ import annotations

from modelyard.source.node import Mapping, Node, Scalar, Sequence
from modelyard.source.reading import Limits
from modelyard.source.report import Report, Stop, quote

Place = tuple[int, int, int]


class Anchors:
    """The anchors of one document. An alias gives the very node of its anchor, with its place."""

    def __init__(self, limits: Limits, report: Report) -> None:
        self.limits = limits
        self.report = report
        self.nodes: dict[str, Node] = {}
        self.unfinished: set[str] = set()
        self.aliases = 0

    def open(self, name: str, where: Place) -> None:
        """Starts the node that is anchored as ``name``."""
        if name in self.nodes or name in self.unfinished:
            message = f"the anchor {quote(name)} is set twice"
            self.report.add("duplicate-anchor", where, message, "give each anchor a name of its own")
        self.unfinished.add(name)

    def close(self, name: str, node: Node) -> None:
        """Ends the node of ``name``: from here on it can be repeated."""
        self.unfinished.discard(name)
        self.nodes[name] = node

    def repeat(self, name: str, where: Place, depth: int, nodes: int) -> tuple[Node, int]:
        """The node of ``name`` and how many nodes it adds to the ``nodes`` that were read."""
        self.aliases += 1
        if self.aliases > self.limits.max_aliases:
            message = f"the file uses more than {self.limits.max_aliases} aliases"
            self.report.add("too-many-aliases", where, message, "write the values out")
            raise Stop
        node = self.nodes.get(name)
        if name in self.unfinished:
            message = f"the value of {quote(name)} holds itself"
            self.report.add("recursive-alias", where, message, "write the value out")
        elif node is None:
            message = f"no anchor before this place is called {quote(name)}"
            self.report.add("unknown-alias", where, message, f"write &{name} before the value to repeat")
        else:
            size, height = measure(node)
            self.check(nodes + size - 1, depth + height - 1, where)
            return node, size - 1
        line, column, length = where
        return Scalar(self.report.path, line, column, length, None, ""), 0

    def check(self, nodes: int, depth: int, where: Place) -> None:
        """Stops when repeating a node would go beyond the limits of the whole document."""
        if nodes > self.limits.max_nodes:
            message = f"with what its aliases repeat, the file holds more than {self.limits.max_nodes} values"
            self.report.add("too-many-aliases", where, message, "write the values out")
            raise Stop
        if depth > self.limits.max_depth:
            message = f"with this alias, values are nested more than {self.limits.max_depth} deep"
            self.report.add("too-deep", where, message, "flatten the document")
            raise Stop


def measure(node: Node) -> tuple[int, int]:
    """How many keys and values ``node`` holds, itself included, and how many collections deep it is.

    What was read is within the limits already, repeated nodes included, so this ends soon.
    """
    children: list[Node] = []
    keys = 0
    if isinstance(node, Mapping):
        children = [value for _, value in node.entries.values()]
        keys = len(children)
    elif isinstance(node, Sequence):
        children = node.items
    else:
        return 1, 0
    sizes = [measure(child) for child in children]
    return 1 + keys + sum(size for size, _ in sizes), 1 + max((height for _, height in sizes), default=0)

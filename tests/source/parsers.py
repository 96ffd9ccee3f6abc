"""Reads through both parsers, libyaml and PyYAML alone, and hands on what they agree on."""

from __future__ import annotations

from modelyard.source import Limits, Mapping, Node, Reading, Scalar, Sequence
from modelyard.source.events import PurePythonParser, fastest_parser
from modelyard.source.reading import understand

path = "models/iris/model.yaml"


def outline(node: Node | None) -> object:
    """Everything a tree says, places and types included, as values that can be compared."""
    if node is None:
        return None
    place = (node.path, node.line, node.column, node.length)
    if isinstance(node, Scalar):
        return (*place, type(node.value).__name__, repr(node.value), node.text)
    if isinstance(node, Sequence):
        return (*place, [outline(item) for item in node.items])
    assert isinstance(node, Mapping)
    return (*place, [(name, outline(key), outline(value)) for name, (key, value) in node.entries.items()])


def marks(reading: Reading) -> list[str]:
    """The findings of ``reading`` as ``line:column rule``, in order."""
    return [f"{f.location.line}:{f.location.column} {f.rule}" for f in reading.findings]


def read_both(data: bytes, limits: Limits | None = None) -> Reading:
    """The reading of ``data``, which both parsers give alike."""
    bounds = limits or Limits()
    fast = understand(path, data, bounds, fastest_parser)
    pure = understand(path, data, bounds, PurePythonParser)
    assert fastest_parser is not PurePythonParser, "this machine's PyYAML lacks libyaml"
    assert outline(fast.root) == outline(pure.root)
    assert marks(fast) == marks(pure)
    # What a parser says of bad syntax is its own; everything else is ours, word for word.
    ours = [[f for f in reading.findings if f.rule != "yaml-syntax"] for reading in (fast, pure)]
    assert ours[0] == ours[1]
    return fast

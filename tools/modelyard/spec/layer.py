"""Layers of located trees: later layers win, mappings merge, lists and scalars replace.

The rules are those of JSON Merge Patch (RFC 7386): ``null`` takes away what an earlier layer gave.
Every node of the result is a node of one of the layers, and so still knows which file and line it
came from; parts that only one layer has are shared, not copied.
"""

from __future__ import annotations

from modelyard.source.node import Mapping, Node, Scalar


def merge(lower: Node | None, upper: Node) -> Node:
    """``upper`` laid over ``lower``. The result has no nulls in any mapping that was merged."""
    if not isinstance(upper, Mapping):
        return upper
    if not isinstance(lower, Mapping):
        return _without_nulls(upper)
    entries = dict(lower.entries)
    for key, (key_node, value) in upper.entries.items():
        if isinstance(value, Scalar) and value.value is None:
            entries.pop(key, None)
        elif isinstance(value, Mapping):
            below = entries.get(key)
            entries[key] = (key_node, merge(below[1] if below else None, value))
        else:
            entries[key] = (key_node, value)
    return Mapping(upper.path, upper.line, upper.column, upper.length, entries)


def _without_nulls(node: Mapping) -> Mapping:
    changed = False
    entries = {}
    for key, (key_node, value) in node.entries.items():
        if isinstance(value, Scalar) and value.value is None:
            changed = True
            continue
        kept = _without_nulls(value) if isinstance(value, Mapping) else value
        changed |= kept is not value
        entries[key] = (key_node, kept)
    return Mapping(node.path, node.line, node.column, node.length, entries) if changed else node


def find(root: Node, path: tuple[str | int, ...]) -> tuple[Node, bool]:
    """The node at ``path``, or the nearest one above it; the flag says whether it was all there.

    For the last key the *value's* node is given, since that is what a reader has to change.
    """
    from modelyard.source.node import Sequence

    node = root
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            node = node.entries[step][1]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return node, False
    return node, True

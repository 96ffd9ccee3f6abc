"""Located trees for tests, read from YAML or made of plain data."""

from __future__ import annotations

from typing import Any

from modelyard.source import Mapping, Node, Scalar, Sequence, read


def located(text: str, path: str = "model.yaml") -> Mapping:
    """The mapping that a YAML text is read into; fails where the text is not YAML."""
    reading = read(path, text.encode())
    assert not reading.findings, reading.findings
    assert isinstance(reading.root, Mapping)
    return reading.root


def node(data: Any, path: str) -> Node:
    """The tree of plain data, every node of it in ``path``."""
    if isinstance(data, dict):
        entries = {key: (Scalar(path, 1, 1, 1, key, key), node(value, path)) for key, value in data.items()}
        return Mapping(path, 1, 1, 1, entries)
    if isinstance(data, list):
        return Sequence(path, 1, 1, 1, [node(item, path) for item in data])
    return Scalar(path, 1, 1, 1, data, str(data))

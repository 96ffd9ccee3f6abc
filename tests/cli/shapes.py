"""Every field of every file that people write, from the types, with values that are wrong there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from modelyard.spec.catalogue import Catalogue
from modelyard.spec.environment import Environment, Override, Release
from modelyard.spec.field import Spec
from modelyard.spec.manifest import Job, Service
from modelyard.spec.shape import (
    AnyShape,
    ChoiceShape,
    FlagShape,
    ListShape,
    MapShape,
    NumberShape,
    ParsedShape,
    PluginsShape,
    Shape,
    SpecShape,
    TextShape,
    fields_of,
)
from modelyard.targets.registry import discover

KINDS: dict[str, type[Spec]] = {
    "Service": Service,
    "Job": Job,
    "Environment": Environment,
    "BaseImages": Catalogue,
    "Override": Override,
    "Release": Release,
}
# A key where any name is allowed; 0 stands for the first entry of a list.
_KEYS = {"regions": "eu-west-1", "images": "model", "env": "A", "secrets": "A"}
_CONTAINER = "  first: {image: {reference: a.example/b@sha256:" + "0" * 64 + "}}"
Path = tuple[str | int, ...]
_NONE: list[Any] = [None, [1], {"x": 1}]
_WRONG: dict[type, list[Any]] = {
    TextShape: [7, True, *_NONE],
    NumberShape: ["7", True, *_NONE],
    FlagShape: ["true", 1, *_NONE],
    ChoiceShape: ["no such choice", True, *_NONE],
    ParsedShape: ["no such value \u20ac", True, *_NONE],
    ListShape: ["x", 7, None, {"x": 1}],
    MapShape: ["x", 7, None, [1]],
    SpecShape: ["x", 7, None, [1]],
    PluginsShape: ["x", 7, None, [1]],
    AnyShape: ["x", 7, None, [1]],
}


@dataclass(frozen=True)
class Place:
    """A place in a file, and the shape of what belongs there."""

    path: Path
    shape: Shape = field(repr=False)

    @property
    def wrong(self) -> list[Any]:
        """Values of every other type."""
        return _WRONG[type(self.shape)]


def places(spec: type[Spec]) -> list[Place]:
    """Every place below a file of this kind, each field once, one entry of each list and mapping."""
    return list(_below((), SpecShape(spec), discover().plugins))


def _below(path: Path, shape: Shape, plugins: Any) -> Iterator[Place]:
    if path:
        yield Place(path, shape)
    if isinstance(shape, SpecShape):
        for name, item in fields_of(shape.type).items():
            yield from _below((*path, name), item.shape, plugins)
    elif isinstance(shape, ListShape):
        yield from _below((*path, 0), shape.item, plugins)
    elif isinstance(shape, MapShape):
        yield from _below((*path, _KEYS.get(str(path[-1]), "part")), shape.value, plugins)
    elif isinstance(shape, PluginsShape):
        for name, spec in plugins[shape.role].items():
            yield from _below((*path, name), SpecShape(spec), plugins)


def written(path: Path, value: Any, head: str) -> tuple[str, int]:
    """A file with ``value`` at ``path``, and the line that it is on: the last.

    ``head`` is a file in which each top-level key takes one line; that of the path's key is left out.
    """
    hidden = (f"{path[0]}:", "image:") if path[0] == "containers" else f"{path[0]}:"
    lines = [line for line in head.splitlines() if not line.startswith(hidden)]
    for depth, step in enumerate(path):
        if path[:depth] == ("containers",):
            lines.append(_CONTAINER)  # there are two at least
        lines.append("  " * depth + ("-" if step == 0 else f"{step}:"))
    text = "null" if value is None else json.dumps(value, ensure_ascii=False)
    return "\n".join(lines) + f" {text}\n", len(lines)

"""Type annotations, taken apart once: what decoding, schemas and documentation all walk over."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from dataclasses import dataclass
from typing import Any, cast

from modelyard.source.node import Node
from modelyard.spec.field import (
    About,
    NotZero,
    Plugins,
    Range,
    Size,
    Spec,
    Text,
    about,
    default_of,
    yaml_name,
)


@dataclass(frozen=True)
class TextShape:
    bounds: Text


@dataclass(frozen=True)
class NumberShape:
    integer: bool
    bounds: Range


@dataclass(frozen=True)
class FlagShape:
    pass


@dataclass(frozen=True)
class ChoiceShape:
    values: tuple[str | int, ...]


@dataclass(frozen=True)
class ParsedShape:
    """A value type of ``modelyard.values``: it has ``parse``, ``schema`` and ``accepts_numbers``."""

    type: Any
    not_zero: NotZero | None = None


@dataclass(frozen=True)
class ListShape:
    item: Shape
    size: Size


@dataclass(frozen=True)
class MapShape:
    key: Text
    value: Shape
    size: Size


@dataclass(frozen=True)
class SpecShape:
    type: type[Spec]


@dataclass(frozen=True)
class PluginsShape:
    """A mapping from target names to the Spec that each target brings for this role."""

    role: str


@dataclass(frozen=True)
class AnyShape:
    """A mapping that is read by somebody else: a snapshot, an override."""


Shape = (
    TextShape
    | NumberShape
    | FlagShape
    | ChoiceShape
    | ParsedShape
    | ListShape
    | MapShape
    | SpecShape
    | PluginsShape
    | AnyShape
)


@dataclass(frozen=True)
class FieldShape:
    attribute: str
    name: str
    shape: Shape
    required: bool
    default: Any
    about: About


# Not functools.cache: it asks for Hashable, which mypy does not see in a type[Spec].
_FIELDS: dict[type[Spec], dict[str, FieldShape]] = {}


def fields_of(spec: type[Spec]) -> dict[str, FieldShape]:
    """The fields of a Spec by their YAML names, in the order they are declared."""
    if spec not in _FIELDS:
        _FIELDS[spec] = _shaped(spec)
    return _FIELDS[spec]


def _shaped(spec: type[Spec]) -> dict[str, FieldShape]:
    hints = typing.get_type_hints(spec, include_extras=True)
    shaped = {}
    for item in dataclasses.fields(cast(Any, spec)):
        default = default_of(item)
        required = default is dataclasses.MISSING
        name = yaml_name(item.name)
        shaped[name] = FieldShape(
            item.name, name, shape_of(hints[item.name]), required, None if required else default, about(item)
        )
    return shaped


def shape_of(annotation: Any) -> Shape:
    """The shape of a type annotation; raises TypeError for one that YAML data cannot have."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        inner = [arg for arg in typing.get_args(annotation) if arg is not type(None)]
        if len(inner) == 1:
            return shape_of(inner[0])
    elif origin is typing.Annotated:
        base, *bounds = typing.get_args(annotation)
        return _bounded(base, bounds[-1])
    elif origin is typing.Literal:
        return ChoiceShape(typing.get_args(annotation))
    elif annotation is bool:
        return FlagShape()
    else:
        return _bounded(annotation, None)
    raise TypeError(f"no YAML shape for {annotation!r}")


def _bounded(base: Any, bounds: Any) -> Shape:
    origin = typing.get_origin(base)
    if isinstance(bounds, Plugins):
        return PluginsShape(bounds.role)
    if base is Node:
        return AnyShape()
    if base is str:
        return TextShape(bounds or Text("a string"))
    if base in (int, float) and isinstance(bounds, Range):
        return NumberShape(base is int, bounds)
    if origin is tuple:
        return ListShape(shape_of(typing.get_args(base)[0]), bounds or Size())
    if origin is collections.abc.Mapping:
        key, value = typing.get_args(base)
        key_shape = shape_of(key)
        assert isinstance(key_shape, TextShape)
        return MapShape(key_shape.bounds, shape_of(value), bounds or Size())
    if isinstance(base, type) and issubclass(base, Spec):
        return SpecShape(base)
    if hasattr(base, "parse") and hasattr(base, "schema"):
        return ParsedShape(base, bounds)
    raise TypeError(f"no YAML shape for {base!r} with {bounds!r}")

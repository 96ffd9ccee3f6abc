"""The sentences of schemas and pages, all taken from the types: docstrings, units, hints of parsers."""

from __future__ import annotations

import inspect
from typing import Any

from modelyard.spec.field import Spec, Text
from modelyard.spec.shape import FieldShape, ListShape, MapShape, NumberShape, ParsedShape, Shape
from modelyard.values import MalformedError


def summary(spec: type[Spec]) -> str:
    """The first paragraph of a Spec's docstring, on one line."""
    text = inspect.cleandoc(spec.__doc__ or "")
    return " ".join(text.split("\n\n")[0].split()).replace("``", "`")


def how_to_write(parsed: Any) -> str:
    """What a right text of a parsed type looks like: the hint that its parser gives for an empty one."""
    try:
        parsed.parse("")
    except MalformedError as error:
        return _sentence(error.hint)
    return ""


def refusal(bounds: Text) -> str:
    """What an editor says of a text that the pattern refuses."""
    said = f"Expected {bounds.what}"
    return f"{said} ({bounds.hint})." if bounds.hint else f"{said}."


def unit_of(shape: Shape) -> str:
    """The unit that a number counts, or nothing."""
    return shape.bounds.unit if isinstance(shape, NumberShape) else ""


def description(known: FieldShape) -> str:
    """What is said of a field: its sentence, its unit, and how a parsed value is spelt."""
    parts = [known.about.description]
    if unit := unit_of(known.shape):
        parts.append(f"In {unit}.")
    inner = known.shape
    while isinstance(inner, ListShape | MapShape):
        inner = inner.item if isinstance(inner, ListShape) else inner.value
    if isinstance(inner, ParsedShape):
        parts.append(how_to_write(inner.type))
    return " ".join(part for part in parts if part)


def _sentence(hint: str) -> str:
    text = hint[:1].upper() + hint[1:]
    return f"{text}." if text and not text.endswith(".") else text

"""Typed values as the plain data that a person would write in YAML for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelyard.spec.field import Spec
from modelyard.spec.shape import fields_of


def plain(value: Any) -> Any:
    """Plain data for a typed value; of a Spec, the fields that differ from their defaults."""
    if isinstance(value, Spec):
        return {
            name: plain(getattr(value, known.attribute))
            for name, known in fields_of(type(value)).items()
            if known.required or getattr(value, known.attribute) != known.default
        }
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)

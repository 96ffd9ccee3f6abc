"""botocore's models of the AWS APIs, taken at their word: enums, maxima and patterns included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

KINDS = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
}


def is_a(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def objections(value: Any, shape: Any, path: str) -> Iterator[str]:
    """What a shape of botocore's model has against a value: what its own validator checks, and what
    it does not (enums, maxima, patterns, booleans that pass as integers)."""
    if not is_a(value, shape.type_name):
        yield f"{path}: {value!r} is no {shape.type_name}"
    elif shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value:
                yield f"{path}: {name} is missing"
        for name, item in value.items():
            if name in shape.members:
                yield from objections(item, shape.members[name], f"{path}.{name}")
            else:
                yield f"{path}: there is no {name}"
    elif shape.type_name == "map":
        for name, item in value.items():
            yield from objections(name, shape.key, f"{path}.{name}")
            yield from objections(item, shape.value, f"{path}.{name}")
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from objections(item, shape.member, f"{path}[{index}]")
    yield from out_of_bounds(value, shape, path)


def out_of_bounds(value: Any, shape: Any, path: str) -> Iterator[str]:
    size = value if isinstance(value, int) else len(value)
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield f"{path}: {size} is less than {low}"
    if high is not None and size > high:
        yield f"{path}: {size} is more than {high}"
    if isinstance(value, str):
        if getattr(shape, "enum", None) and value not in shape.enum:
            yield f"{path}: {value!r} is none of {shape.enum}"
        pattern = shape.metadata.get("pattern")
        if pattern and not fits(pattern, value):
            yield f"{path}: {value!r} does not fit {pattern}"


def fits(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:  # Java's character classes, which Python lacks
        return True

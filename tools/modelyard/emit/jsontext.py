"""Canonical JSON from plain data: two spaces, keys in the order of insertion, one newline at the end."""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.emit.plain import MAX_DEPTH, MAX_INTEGER, MIN_INTEGER, Unplain, exact_key, exact_scalar, refuse


def to_json(data: Plain) -> str:
    """The data as JSON text. Raises what ``to_yaml`` raises for the same data; a key may be of any length."""
    import orjson

    try:
        # By itself orjson writes NaN as null and takes dates, dataclasses, tuples and any Enum.
        return orjson.dumps(_exact(data, 0), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    except (Unplain, orjson.JSONEncodeError):  # the latter: a lone surrogate
        refuse(data)
        raise


def _exact(value: Plain, depth: int) -> Plain:
    """A copy that holds only the exact types, so that nothing is left to orjson's leniency."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is dict or kind is list:
        if depth >= MAX_DEPTH:
            raise Unplain
        below = depth + 1
        if kind is list:
            return [item if type(item) is str else _exact(item, below) for item in value]
        return {
            key if type(key) is str else exact_key(key): item if type(item) is str else _exact(item, below)
            for key, item in value.items()
        }
    if kind is int:
        if MIN_INTEGER <= value <= MAX_INTEGER:
            return value
    elif kind is float:
        if value - value == 0.0:  # finite
            return value
    else:
        return _exact(exact_scalar(value), depth)
    raise Unplain

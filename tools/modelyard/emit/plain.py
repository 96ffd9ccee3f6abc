"""What may be written at all: plain data, and the one place that says why something else may not.

The emitters run on the fast path without knowing where they are. When they meet something odd they
raise ``Unplain``, and ``refuse`` walks the data once more, slowly, to name the place.
"""

from __future__ import annotations

from modelyard.artifact import Plain

MAX_DEPTH = 100  # orjson stops at 254, Python's recursion at 1,000: one limit for both formats, below either
MIN_INTEGER, MAX_INTEGER = -(2**63), 2**64 - 1  # beyond 64 bits orjson refuses and Go reads a float


class Unplain(Exception):
    """Something in the data cannot be written; ``refuse`` knows what and where."""


def exact_key(key: object) -> str:
    """The key as an exact ``str``, also of a ``StrEnum``. Raises ``Unplain`` where it is no string."""
    if isinstance(key, str):
        return str.__str__(key)
    raise Unplain


def exact_scalar(value: object) -> str | int | float:
    """A subclass of str, int or float (``StrEnum``, ``IntEnum``, ...) as its exact base type.

    ``str.__str__`` and not ``str()``: an ``Enum`` with a str mixed in prints as ``Class.MEMBER``.
    Raises ``Unplain`` for any other type.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    raise Unplain


def refuse(value: Plain, path: str = "$", depth: int = 0) -> None:
    """Raise the TypeError or ValueError that names the first place, such as ``$.spec.ports[0]``, that
    is not plain data; return where everything is."""
    if type(value) in (dict, list) and depth >= MAX_DEPTH:
        raise ValueError(f"{path}: nested deeper than {MAX_DEPTH} levels")
    if type(value) is dict:
        for key, item in value.items():
            _refuse_key(key, path)
            refuse(item, f"{path}.{_shown(key)}", depth + 1)
    elif type(value) is list:
        for index, item in enumerate(value):
            refuse(item, f"{path}[{index}]", depth + 1)
    elif isinstance(value, str):
        _refuse_surrogate(value, path)
    elif isinstance(value, int):
        if not MIN_INTEGER <= value <= MAX_INTEGER:
            raise ValueError(f"{path}: the integer does not fit in 64 bits")
    elif isinstance(value, float):  # NaN and infinity minus themselves are NaN
        if value - value != 0.0:
            raise ValueError(f"{path}: {float.__repr__(value)} has no place in a configuration")
    elif value is not None:
        raise TypeError(f"{path}: {type(value).__qualname__} is not plain data")


def _refuse_key(key: object, path: str) -> None:
    if not isinstance(key, str):
        raise TypeError(f"{path}: the key {key!r} is not a string")
    _refuse_surrogate(key, f"{path}: the key {key!a}")


def _refuse_surrogate(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{path}: a lone surrogate at character {error.start} is not text") from None


def _shown(key: str) -> str:
    text = str.__str__(key)
    return text if len(text) <= 80 else text[:77] + "..."

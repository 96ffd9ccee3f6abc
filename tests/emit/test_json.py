"""The JSON emitter against Python's own ``json``."""

from __future__ import annotations

import datetime
import enum
import json
import math
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.emit import to_json

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | texts
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
plain_data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


class Mode(enum.StrEnum):
    NETWORK = "awsvpc"


class Colour(enum.Enum):
    RED = "red"


@settings(max_examples=200, deadline=None)
@given(plain_data)
def test_reads_back(data: Any) -> None:
    text = to_json(data)
    assert repr(json.loads(text)) == repr(data)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_style() -> None:
    data = {"b": [1, {"c": None}], "a": {}, "e": [], Mode.NETWORK: Mode.NETWORK}
    assert to_json(data) == json.dumps(data, indent=2) + "\n"


@pytest.mark.parametrize(
    ("value", "error", "place"),
    [
        ({"a": [math.nan]}, ValueError, r"\$\.a\[0\]: nan has no place"),
        ({"a": math.inf}, ValueError, r"\$\.a: inf has no place"),
        ({"a": "\ud800"}, ValueError, r"\$\.a: a lone surrogate"),
        ({"\ud800": 1}, ValueError, r"\$: the key '\\ud800': a lone surrogate"),
        ({"a": {1: 2}}, TypeError, r"\$\.a: the key 1 is not a string"),
        ({"a": 2**64}, ValueError, r"\$\.a: the integer does not fit"),
        ({"a": -(2**63) - 1}, ValueError, r"\$\.a: the integer does not fit"),
        ({"a": (1,)}, TypeError, r"\$\.a: tuple is not plain data"),
        ([datetime.date(2024, 1, 1)], TypeError, r"\$\[0\]: date is not plain data"),
        ([uuid.UUID(int=1)], TypeError, r"\$\[0\]: UUID is not plain data"),
        ([Colour.RED], TypeError, r"\$\[0\]: Colour is not plain data"),
    ],
)
def test_what_orjson_would_let_pass_is_refused(value: Any, error: type[Exception], place: str) -> None:
    with pytest.raises(error, match=place):
        to_json(value)


def test_depth_is_bounded() -> None:
    data: Any = 1
    for _ in range(100):
        data = [data]
    assert json.loads(to_json(data)) == data
    with pytest.raises(ValueError, match="deeper than 100 levels"):
        to_json([data])

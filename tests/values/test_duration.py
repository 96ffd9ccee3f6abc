"""Durations: what they amount to, and their one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.values import Duration, MalformedError

YEAR = 366 * 86400


@settings(max_examples=200)
@given(seconds=st.integers(0, YEAR))
def test_every_length_can_be_read_again(seconds: int) -> None:
    assert Duration.parse(str(Duration(seconds))) == Duration(seconds)
    assert Duration.parse(f"{seconds}s") == Duration(seconds)


@settings(max_examples=200)
@given(parts=st.tuples(st.integers(0, 30), st.integers(0, 99), st.integers(0, 999), st.integers(0, 9999)))
def test_units_add_up(parts: tuple[int, int, int, int]) -> None:
    days, hours, minutes, seconds = parts
    total = days * 86400 + hours * 3600 + minutes * 60 + seconds
    assert Duration.parse(f"{days}d{hours}h{minutes}m{seconds}s").seconds == total


@pytest.mark.parametrize(("text", "spelt"), [("90s", "1m30s"), ("3600s", "1h"), ("0s", "0s"), ("24h", "1d")])
def test_one_spelling(text: str, spelt: str) -> None:
    assert str(Duration.parse(text)) == spelt


@pytest.mark.parametrize(
    "text", ["5", "5 m", "m", "1m1h", "1s1s", "-5m", "1.5h", "5M", "1w", "367d", "99999999s", "5ms"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(MalformedError):
        Duration.parse(text)

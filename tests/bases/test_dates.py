"""Dates of registries: RFC 3339, and those that stand for "unknown"."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.bases.dates import instant, made

UTC = datetime.UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-25T10:11:12Z", (2026, 8, 25, 10, 11, 12)),
        ("2026-08-25t10:11:12.999999999z", (2026, 8, 25, 10, 11, 12)),
        ("2026-08-25 10:11:12+02:30", (2026, 8, 25, 7, 41, 12)),
        ("2026-12-31T23:59:60Z", (2026, 12, 31, 23, 59, 59)),
        ("2026-08-25T10:11:12-02:30", (2026, 8, 25, 12, 41, 12)),
    ],
)
def test_instants(text: str, expected: tuple[int, ...]) -> None:
    assert instant(text) == datetime.datetime(*expected, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    "text", ["", "2026-08-25", "2026-08-25T10:11:12", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+23:00",
             "9999-12-31T23:59:59-01:00", "2026-08-25T25:00:00Z", "2026-08-25T10:11:12Z\n",
             "٢٠٢٦-08-25T10:11:12Z"],
)  # fmt: skip
def test_no_instants(text: str) -> None:
    assert instant(text) is None


@pytest.mark.parametrize("year", ["0001", "1970", "1980", "2000", "2012"])
def test_dates_before_there_were_images(year: str) -> None:
    assert made(f"{year}-01-01T00:00:00Z") is None


@settings(max_examples=100)
@given(st.datetimes(datetime.datetime(2014, 1, 1), datetime.datetime(2100, 1, 1)))  # noqa: DTZ001 - made UTC below
def test_every_date_comes_back(moment: datetime.datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    assert made(moment.isoformat()) == moment.replace(microsecond=0)


@settings(max_examples=100)
@given(st.text("0123456789-T:Z+. ", max_size=30))
def test_any_text_is_an_instant_or_none(text: str) -> None:
    found = instant(text)
    assert found is None or found.tzinfo is UTC

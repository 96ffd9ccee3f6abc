"""Percentiles by their definition, and amounts as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.running.figures import duration, latency, milliseconds, percentile, size

TIMES = st.lists(st.floats(0, 100), min_size=1, max_size=200)


@settings(max_examples=60)
@given(TIMES, st.integers(1, 100))
def test_a_percentile_is_the_smallest_that_so_many_do_not_exceed(times: list[float], percent: int) -> None:
    found = percentile(sorted(times), percent)
    assert found in times
    assert sum(one <= found for one in times) * 100 >= percent * len(times)
    assert sum(one < found for one in times) * 100 < percent * len(times)


def test_a_latency() -> None:
    found = latency([0.003, 0.001, 0.002, 0.010])
    assert (found.requests, found.mean, found.p50, found.p99) == (4, 0.004, 0.002, 0.010)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (size(512), "512 B"),
        (size(48 * 2**20 + 2**17), "48.1 MiB"),
        (size(3 * 2**30), "3.00 GiB"),
        (milliseconds(0.001234), "1.23 ms"),
        (milliseconds(0.0456), "45.6 ms"),
        (milliseconds(1.5), "1500 ms"),
        (duration(0.842), "0.84 s"),
        (duration(12.34), "12.3 s"),
        (duration(75.2), "75 s"),
    ],
)
def test_amounts(text: str, expected: str) -> None:
    assert text == expected

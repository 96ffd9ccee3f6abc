"""Many questions at once: answers in order, and errors of one hide none of the others' work."""

from __future__ import annotations

import threading
import time

import pytest

from modelyard.bases.parallel import each


def test_answers_come_in_the_order_of_the_questions() -> None:
    def ask(number: int) -> int:
        time.sleep(0.001 * (10 - number))
        return number * number

    assert each(ask, range(10), threads=4) == [number * number for number in range(10)]
    assert each(ask, []) == []


def test_they_are_asked_at_once() -> None:
    together = threading.Barrier(4, timeout=10)
    assert each(lambda _: together.wait() >= 0, range(4), threads=4) == [True] * 4


def test_no_more_threads_than_allowed() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def ask(_: int) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.005)
        with lock:
            now -= 1

    each(ask, range(20), threads=3)
    assert most <= 3


def test_the_first_error_is_raised_when_all_are_done() -> None:
    done: list[int] = []

    def ask(number: int) -> None:
        done.append(number)
        if number in (2, 5):
            raise ValueError(str(number))

    with pytest.raises(ValueError, match="2"):
        each(ask, range(8), threads=2)
    assert sorted(done) == list(range(8))

"""Work spread over processes: the same answers in the same order, and no failure that is lost or hangs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from modelyard.pipeline.workers import WorkerError, each
from modelyard.write.errors import WriteError

NAMES = [f"model-{number}" for number in range(57)]


def opened(work: Callable[[str], object]) -> Callable[[], AbstractContextManager[Callable[[str], object]]]:
    @contextmanager
    def opening() -> Iterator[Callable[[str], object]]:
        yield work

    return opening


def run(work: Callable[[str], object], workers: int = 3, names: list[str] = NAMES) -> list[object]:
    return list(each(opened(work), names, workers, worth_forking=10))


@pytest.mark.parametrize("workers", [1, 2, 3, 100])
def test_answers_come_in_the_order_of_the_names(workers: int) -> None:
    assert run(str.upper, workers) == [name.upper() for name in NAMES]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 16, 17])
def test_any_number_of_names(count: int) -> None:
    assert run(str.upper, names=NAMES[:count]) == [name.upper() for name in NAMES[:count]]


def test_only_many_names_are_worth_processes() -> None:
    def pid(name: str) -> object:
        return os.getpid()

    assert set(run(pid, names=NAMES[:9])) == {os.getpid()}
    assert os.getpid() not in run(pid)
    assert len(set(run(pid))) == 3


def test_answers_larger_than_a_pipe() -> None:
    def much(name: str) -> object:
        return name * 20_000

    assert run(much) == [name * 20_000 for name in NAMES]


def failing(error: Exception) -> Callable[[str], object]:
    def work(name: str) -> object:
        if name == NAMES[30]:
            raise error
        return name

    return work


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(
    "error", [WriteError("a", "no space left", "free some"), PermissionError(13, "not yours", "a")]
)
def test_what_cannot_be_done_is_raised_as_it_is(error: Exception, workers: int) -> None:
    with pytest.raises(type(error)) as caught:
        run(failing(error), workers)
    assert str(caught.value) == str(error)
    no_children()


def test_a_bug_in_a_worker_is_shown_with_its_traceback() -> None:
    with pytest.raises(WorkerError, match=r"ZeroDivisionError: by what\?"):
        run(failing(ZeroDivisionError("by what?")))
    no_children()


def test_a_worker_that_is_killed_does_not_hang_the_run() -> None:
    def work(name: str) -> object:
        if name == NAMES[30]:
            os.kill(os.getpid(), signal.SIGKILL)
        return name

    with pytest.raises(WorkerError, match="ended from outside"):
        run(work)
    no_children()


def test_a_run_that_stops_early_ends_its_workers() -> None:
    def slow(name: str) -> object:
        if NAMES.index(name) >= 8:
            signal.pause()
        return name

    answers = each(opened(slow), NAMES, 2, worth_forking=10)
    assert next(answers) == NAMES[0]
    assert isinstance(answers, Generator)
    answers.close()
    no_children()


def no_children() -> None:
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)

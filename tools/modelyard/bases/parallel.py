"""Some threads over many questions to the network: answers in the order of the questions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class _Round(Generic[Question, Answer]):
    def __init__(self, ask: Callable[[Question], Answer], questions: Sequence[Question]) -> None:
        self._ask = ask
        self._todo = list(enumerate(questions))
        self._todo.reverse()
        self._lock = threading.Lock()
        self.answers: dict[int, Answer] = {}
        self.broken: dict[int, BaseException] = {}

    def work(self) -> None:
        while True:
            with self._lock:
                if not self._todo:
                    return
                index, question = self._todo.pop()
            try:
                self.answers[index] = self._ask(question)
            except BaseException as error:  # noqa: BLE001 - raised again by ``each``, in the caller's thread
                self.broken[index] = error


def each(ask: Callable[[Question], Answer], questions: Sequence[Question], threads: int = 8) -> list[Answer]:
    """The answer to each question. Raises what the first of them raised, once all are done.

    The threads are daemons: whoever interrupts the command need not wait for the network.
    """
    work = _Round(ask, questions)
    workers = [
        threading.Thread(target=work.work, daemon=True) for _ in range(max(1, min(threads, len(questions))))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if work.broken:
        raise work.broken[min(work.broken)]
    return [work.answers[index] for index in range(len(questions))]

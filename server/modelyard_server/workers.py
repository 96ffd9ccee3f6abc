"""Worker threads for handlers that are not async, with a queue that has an end.

Not `concurrent.futures`: its threads are joined when the interpreter ends, so one handler that hangs would
keep the process from ever exiting, and its queue is unbounded.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from modelyard_server.errors import RequestError

RETRY_AFTER = 1


class Job:
    """One call. `future` belongs to whoever waits; `finished` runs on the loop when the thread is free of
    it.
    """

    __slots__ = ("call", "finished", "future", "started")

    def __init__(
        self, call: Callable[[], Any], future: asyncio.Future[Any], finished: Callable[[], None]
    ) -> None:
        self.call = call
        self.future = future
        self.finished = finished
        self.started = 0.0
        """`time.monotonic()` when a thread took it; 0 while it waits."""


class WorkerPool:
    """`threads` daemon threads and at most `queue` calls that wait for one. Used from one event loop only."""

    def __init__(self, threads: int, queue: int, name: str = "worker") -> None:
        self.threads = threads
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self._room = threads + queue
        self._jobs: set[Job] = set()
        self._loop = asyncio.get_running_loop()
        for number in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    @property
    def pending(self) -> int:
        """Calls that run or wait."""
        return len(self._jobs)

    def stuck(self, seconds: float) -> bool:
        """Whether every thread has been at the same call for longer than `seconds`: nothing moves any
        more.
        """
        limit = time.monotonic() - seconds
        return sum(1 for job in self._jobs if 0.0 < job.started < limit) >= self.threads

    def submit(
        self, call: Callable[[], Any], finished: Callable[[], None] = lambda: None
    ) -> asyncio.Future[Any]:
        """Run `call` in a thread. Cancelling the future drops the result; a call that has begun is not
        stopped.

        Raises:
            RequestError: 503, if the queue is full.
        """
        if len(self._jobs) >= self._room:
            raise RequestError(503, "too many requests are waiting", retry_after=RETRY_AFTER)
        job = Job(call, self._loop.create_future(), finished)
        self._jobs.add(job)
        self._queue.put(job)
        return job.future

    def _work(self) -> None:
        while True:
            job = self._queue.get()
            result: Any = None
            failure: BaseException | None = None
            if not job.future.cancelled():
                job.started = time.monotonic()
                try:
                    result = job.call()
                except BaseException as error:  # noqa: BLE001 - it is raised again where the result is awaited
                    failure = error
            try:
                self._loop.call_soon_threadsafe(self._settle, job, result, failure)
            except RuntimeError:  # the loop is closed: the process is ending, and nobody waits
                return
            del job, result, failure  # an unloaded model must not live on in an idle thread

    def _settle(self, job: Job, result: Any, failure: BaseException | None) -> None:
        self._jobs.discard(job)
        job.finished()
        if job.future.done():
            return
        if failure is None:
            job.future.set_result(result)
        elif isinstance(failure, Exception) and not isinstance(failure, StopIteration):
            job.future.set_exception(failure)
        else:  # a future cannot carry StopIteration, and SystemExit would end the loop
            wrapped = RuntimeError(f"{type(failure).__name__} in a worker thread")
            wrapped.__cause__ = failure
            job.future.set_exception(wrapped)

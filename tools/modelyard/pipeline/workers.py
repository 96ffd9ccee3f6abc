"""The same work for many models: one after the other, or spread over processes.

Processes are forked, so they have everything that was loaded already, and nothing here may have started
a thread. What they answer comes back in the order of the models, whatever the number of processes.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import IO, Any, TypeVar

Answer = TypeVar("Answer")
# Opens what the work needs, once in each process; gives the work.
Opened = Callable[[], AbstractContextManager[Callable[[str], Answer]]]

_CHUNK = 8  # models whose answers go through the pipe together
_ENDING = (signal.SIGINT, signal.SIGTERM)


class WorkerError(Exception):
    """A worker met a bug, and the message is its traceback; or something outside has ended it."""


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each(opened: Opened[Answer], names: Sequence[str], workers: int, worth_forking: int) -> Iterator[Answer]:
    """The work's answer for every name, in order; below ``worth_forking`` names, in this process.

    Raises what the work raises, and WorkerError.
    """
    if workers <= 1 or len(names) < worth_forking:
        with opened() as work:
            yield from map(work, names)
        return
    chunks = -(-len(names) // _CHUNK)
    workers = min(workers, chunks)
    crew: list[tuple[int, IO[bytes]]] = []
    try:
        for number in range(workers):
            crew.append(_started(opened, names, range(number * _CHUNK, len(names), workers * _CHUNK), crew))
        for chunk in range(chunks):
            yield from _answers(crew[chunk % workers][1])
    finally:
        for pid, pipe in crew:
            pipe.close()
            _end(pid)


def _started(
    opened: Opened[Answer], names: Sequence[str], starts: range, others: list[tuple[int, IO[bytes]]]
) -> tuple[int, IO[bytes]]:
    """A process that works on the chunks at ``starts``, and the pipe that its answers come through."""
    reading, writing = os.pipe()
    # Held back until the child is where nothing of ours can go on running in it.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        pid = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        raise
    if pid == 0:
        code = 1
        try:
            # Ctrl-C reaches the whole group; the parent decides, and ends the workers between two files.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            # Or a worker would go on, with its pipe kept open by another, after the parent was killed.
            for _, pipe in others:
                os.close(pipe.fileno())
            os.close(reading)
            with open(writing, "wb") as answers:
                _work(opened, names, starts, answers)
            code = 0
        finally:
            os._exit(code)
    try:
        os.close(writing)
        return pid, open(reading, "rb")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _work(opened: Opened[Answer], names: Sequence[str], starts: range, answers: IO[bytes]) -> None:
    import pickle
    import traceback

    from modelyard.write.errors import WriteError

    failed: object = None
    try:
        with opened() as work:
            for start in starts:
                done = [work(name) for name in names[start : start + _CHUNK]]
                pickle.dump((done, None), answers, pickle.HIGHEST_PROTOCOL)
                answers.flush()
    except (WriteError, OSError) as error:
        failed = error
    except Exception:  # noqa: BLE001 - the parent raises it
        failed = traceback.format_exc()
    if failed is not None:
        pickle.dump((None, failed), answers)


def _answers(pipe: IO[bytes]) -> list[Any]:
    import pickle

    try:
        done, failed = pickle.load(pipe)  # noqa: S301 - written by our own child
    except EOFError:
        raise WorkerError("a worker process was ended from outside, or ran out of memory") from None
    if isinstance(failed, Exception):
        raise failed
    if failed is not None:
        raise WorkerError(failed)
    assert isinstance(done, list)
    return done


def _end(pid: int) -> None:
    """Ends a worker that is still at work, between two files, and waits for it."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == 0:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return  # somebody else waited for it

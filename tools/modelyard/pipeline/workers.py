"""A run's models, one after the other or on every core."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence

from modelyard.pipeline.result import ModelResult
from modelyard.pipeline.work import Job, run_model, vanished
from modelyard.write import Tree, WriteError

# Below this, starting processes costs more than it saves.
WORTH_FORKING = 50
_CHUNK = 8


class WorkerError(Exception):
    """A worker met a bug; the message is its traceback."""


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_models(
    job: Job, names: Sequence[str], workers: int, progress: Callable[[int], None]
) -> Iterator[ModelResult]:
    """Results in the order of ``names``, whatever the number of workers. Raises WriteError."""
    if workers <= 1 or len(names) < WORTH_FORKING:
        with Tree(job.root) as tree:
            for number, name in enumerate(names, 1):
                yield _run(job, tree, name)
                progress(number)
        return
    import multiprocessing

    # fork: the workers have everything that was loaded already. Nothing here has started a thread.
    with multiprocessing.get_context("fork").Pool(workers, _Worker.start, (job,)) as pool:
        for number, result in enumerate(pool.imap(_Worker.run, names, _CHUNK), 1):
            if isinstance(result, WriteError):
                raise result
            if isinstance(result, str):
                raise WorkerError(result)
            yield result
            progress(number)


def _run(job: Job, tree: Tree, name: str) -> ModelResult:
    try:
        return run_model(job, tree, name)
    except FileNotFoundError:
        if name in job.existing and not os.path.lexists(job.root / "models" / name):
            return vanished(name)
        raise


class _Worker:
    """The state of one worker process, set once when it starts."""

    job: Job
    tree: Tree

    @classmethod
    def start(cls, job: Job) -> None:
        cls.job, cls.tree = job, Tree(job.root)
        # Ctrl-C reaches the whole group; the parent decides, and ends the workers between two files.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    @classmethod
    def run(cls, name: str) -> ModelResult | WriteError | str:
        # What is raised in a worker would have to survive pickling; so it is returned.
        try:
            return _run(cls.job, cls.tree, name)
        except WriteError as error:
            return error
        except Exception:  # noqa: BLE001 - the parent raises it
            return traceback.format_exc()

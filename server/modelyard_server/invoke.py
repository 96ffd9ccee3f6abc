"""Runs a model's pipeline for one request: on the loop if it is quick, else in a thread, within a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from modelyard_server.context import Context
from modelyard_server.errors import RequestError
from modelyard_server.handlers import Pipeline
from modelyard_server.inline import InlinePolicy, hidden_from_loop
from modelyard_server.metrics import Metrics
from modelyard_server.models import Loaded
from modelyard_server.workers import WorkerPool

Result = tuple[bytes, str]


class Invoker:
    """Holds what calls share: the pipeline, the threads, the policy."""

    def __init__(
        self, pipeline: Pipeline, pool: WorkerPool, policy: InlinePolicy, metrics: Metrics, timeout: float
    ) -> None:
        self.pipeline = pipeline
        self._pool = pool
        self._policy = policy
        self._metrics = metrics
        self._timeout = timeout
        metrics.gauge("modelyard_inline", "1 if quick calls run on the loop.", lambda: float(policy.active))

    async def invoke(self, loaded: Loaded, context: Context) -> Result:
        """Body and media type of the answer.

        Raises:
            RequestError: the caller's fault, 503 if too many wait, 504 if the time is over. What runs in a
                thread then runs on, holding its thread and the model, and its result is dropped: Python
                cannot stop a thread.
            HandlerFailed: the model's fault.
        """
        if self.pipeline.is_async:
            return await self._within_time(self._run_async(loaded, context))
        if self._policy.allows(len(context.body)):
            return self._run_inline(loaded, context)
        return await self._within_time(self._in_thread(loaded, context))

    def _run_inline(self, loaded: Loaded, context: Context) -> Result:
        started = perf_counter()
        try:
            with hidden_from_loop:
                return self.pipeline.run(loaded.model, context)
        finally:
            self._note(loaded, context, perf_counter() - started)

    def _in_thread(self, loaded: Loaded, context: Context) -> asyncio.Future[Any]:
        model, seconds = loaded.model, 0.0

        def call() -> Result:
            nonlocal seconds
            started = perf_counter()
            try:
                return self.pipeline.run(model, context)
            finally:
                seconds = perf_counter() - started

        def finished() -> None:
            loaded.release()
            if seconds:  # else it was dropped before it began
                self._note(loaded, context, seconds)

        job = self._pool.submit(call, finished)
        loaded.hold()
        return job

    async def _run_async(self, loaded: Loaded, context: Context) -> Result:
        started = perf_counter()
        loaded.hold()
        try:
            return await self.pipeline.run_async(loaded.model, context, lambda call: self._hop(loaded, call))
        finally:
            loaded.release()
            self._metrics.handled(loaded.name, perf_counter() - started)

    def _hop(self, loaded: Loaded, call: Callable[[], Any]) -> asyncio.Future[Any]:
        """A plain stage in a thread. It holds the model too: it may outlive its request."""
        job = self._pool.submit(call, loaded.release)
        loaded.hold()
        return job

    async def _within_time(self, work: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(self._timeout):
                return await work
        except TimeoutError as error:
            raise RequestError(504, f"the model did not answer within {self._timeout:g} seconds") from error

    def _note(self, loaded: Loaded, context: Context, seconds: float) -> None:
        self._policy.record(seconds, len(context.body))
        self._metrics.handled(loaded.name, seconds)

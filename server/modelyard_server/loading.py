"""From files to something that answers: verify, import, load. All of it off the event loop, one after the
other.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

from modelyard_server.handlers import Pipeline, load_module
from modelyard_server.inline import InlinePolicy
from modelyard_server.invoke import Invoker
from modelyard_server.logs import Log
from modelyard_server.metrics import Metrics
from modelyard_server.models import Loaded
from modelyard_server.settings import Settings
from modelyard_server.state import Serving
from modelyard_server.store import ModelStore
from modelyard_server.weights import Weight, below, verify
from modelyard_server.workers import WorkerPool


class Loader:
    """Loads with a thread of its own: a model that takes minutes to load must not take a thread from
    requests.
    """

    def __init__(
        self, settings: Settings, own_pool: WorkerPool, pool: WorkerPool, metrics: Metrics, log: Log
    ) -> None:
        self._settings = settings
        self._own_pool = own_pool
        self._pool = pool
        self._metrics = metrics
        self._log = log

    async def load(self, program: Path, weights: tuple[Weight, ...]) -> Serving:
        """Everything that must be there before the server is ready.

        Weights of the models of a multi-model server are verified when their model is loaded: they come
        later.

        Raises:
            WeightsError: before any code of the model has run.
            ModelError: if the module or the model cannot be loaded.
        """
        settings = self._settings
        later = below(weights, settings.models_dir) if settings.multi_model else ()
        await self._verify(tuple(weight for weight in weights if weight not in later))
        pipeline = Pipeline(await self._own_pool.submit(lambda: load_module(program)))
        policy = InlinePolicy(enabled=settings.inline == "auto")
        invoker = Invoker(pipeline, self._pool, policy, self._metrics, settings.timeout)
        if not settings.multi_model:
            model = await pipeline.load(settings.model_dir, self._own_pool.submit)
            self._metrics.loads["loaded"] += 1
            name = Path(settings.model_dir).name
            return Serving(invoker, Loaded(name, settings.model_dir, settings.model_dir, model, 0), None)

        async def load_one(folder: str) -> Any:
            await self._verify(below(later, folder))
            return await pipeline.load(folder, self._own_pool.submit)

        evict = settings.models_managed_by == "server"
        store = ModelStore(
            settings.models_dir,
            settings.model_memory,
            settings.model_memory_factor,
            load_one,
            self._metrics,
            evict=evict,
        )
        return Serving(invoker, None, store)

    async def _verify(self, weights: tuple[Weight, ...]) -> None:
        if weights:
            started = monotonic()
            size = await self._own_pool.submit(lambda: verify(weights))
            seconds = round(monotonic() - started, 3)
            self._log.info("weights_verified", files=len(weights), bytes=size, seconds=seconds)

"""Many models in bounded memory: load, use, list, unload, and unload the least recently used to make room.

What a model is charged with: the larger of its files' size times a factor (known before loading, so that a
model too large is refused before it can take the container down) and the growth of the process while it
loaded (what it really took). Loads run one after the other, so that the growth is one model's; each counts at
least 1 MiB, which bounds the number of models too.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from modelyard_server import host
from modelyard_server.errors import RequestError
from modelyard_server.metrics import Metrics
from modelyard_server.models import Loaded

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,254}")
LEAST_CHARGE = 2**20
PAGE = 100

LoadModel = Callable[[str], Awaitable[Any]]
"""From a model's folder to the model; verifies its weights first."""


class AlreadyLoaded(RequestError):
    """There is a model of this name."""

    def __init__(self) -> None:
        super().__init__(409, "this model is already loaded")


class ModelStore:
    """The loaded models. Used from one event loop only, which is why nothing here needs a lock but
    loading.
    """

    def __init__(
        self, root: str, budget: int, factor: float, load: LoadModel, metrics: Metrics, *, evict: bool
    ) -> None:
        self.root = root
        self.budget = budget
        self._factor = factor
        self._load_model = load
        self._metrics = metrics
        self._evict = evict
        self._models: dict[str, Loaded] = {}
        self._loading: dict[str, tuple[str, asyncio.Task[Loaded]]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._uses = itertools.count(1)
        metrics.gauge("modelyard_models_loaded", "Models in memory.", lambda: len(self._models))
        metrics.gauge("modelyard_model_bytes", "Memory charged to loaded models.", lambda: self.charged)

    @property
    def charged(self) -> int:
        """Bytes that the loaded models are charged with, also while one is unloading."""
        return sum(loaded.charge for loaded in self._models.values())

    def find(self, name: str) -> Loaded:
        """The model of this name. To look at it is no use: it stays as old as it was.

        Raises:
            RequestError: 404, if it is not loaded.
        """
        loaded = self._models.get(name)
        if loaded is None or loaded.unloading:
            raise RequestError(404, "this model is not loaded")
        return loaded

    def use(self, name: str) -> Loaded:
        """As `find`, marked as just used."""
        loaded = self.find(name)
        loaded.last_used = next(self._uses)
        return loaded

    async def ensure(self, name: str, patience: float) -> Loaded:
        """As `use`, but loads the model from below the root if it is there.

        Raises:
            RequestError: 404 if there is no such folder, 503 while it is unloaded or if it still loads after
                `patience` seconds (the load goes on), 507 if there is no room.
        """
        if name not in self._models:
            check_name(name)
            folder = Path(self.root, name)
            url = str(folder / "model") if (folder / "model").is_dir() else str(folder)
            try:
                async with asyncio.timeout(patience):
                    await self._load_once(name, url)
            except AlreadyLoaded:
                pass  # by another request, while this one looked for the folder
            except TimeoutError as error:
                raise RequestError(503, "the model is still being loaded", retry_after=1) from error
        loaded = self._models.get(name)
        if loaded is None or loaded.unloading:  # it had to make room again, or somebody unloads it just now
            raise RequestError(503, "the model is being unloaded", retry_after=1)
        return self.use(name)

    async def load(self, name: str, url: str) -> Loaded:
        """Load a model. Calls for one that is being loaded from the same place wait for that load.

        Raises:
            RequestError: 400 for a bad name or a place outside the root, 404 if nothing is there, 409 if it
                is loaded, 507 if there is no room.
            ModelError, WeightsError: if it cannot be loaded.
        """
        check_name(name)
        if name in self._models:
            raise AlreadyLoaded
        return await self._load_once(name, url)

    async def unload(self, name: str, patience: float) -> None:
        """Unload a model when its last call has ended; new calls are refused from now on.

        Raises:
            RequestError: 404 if it is not loaded, 503 if calls still run after `patience` seconds; it then
                unloads when they end.
        """
        loaded = self.find(name)
        loaded.unloading = True
        removal = asyncio.create_task(self._remove_when_idle(loaded))
        done, _ = await asyncio.wait({removal}, timeout=patience)
        if not done:
            raise RequestError(503, "the model is still answering; it unloads when it has", retry_after=1)

    def page(self, token: str) -> tuple[list[Loaded], str | None]:
        """Up to 100 loaded models by name, from the page `token` on, and the token of the next page.

        Raises:
            RequestError: 400, for a token that is none.
        """
        if token and not NAME.fullmatch(token):
            raise RequestError(400, "next_page_token is not one of this server's")
        names = sorted(
            name for name, loaded in self._models.items() if not loaded.unloading and name >= token
        )
        following = names[PAGE] if len(names) > PAGE else None
        return [self._models[name] for name in names[:PAGE]], following

    async def _load_once(self, name: str, url: str) -> Loaded:
        url_of_load, task = self._loading.get(name, ("", None))
        if task is None:
            folder = await asyncio.to_thread(self._confined, url)
            url_of_load, task = self._loading.get(name, ("", None))  # somebody else may have begun meanwhile
        if task is None and name in self._models:
            raise AlreadyLoaded
        if task is None:
            url_of_load, task = url, asyncio.create_task(self._load(name, url, folder))
            self._loading[name] = (url, task)
            task.add_done_callback(lambda _: self._loading.pop(name, None))
        if url_of_load != url:
            raise RequestError(409, "this model is being loaded from elsewhere")
        return await asyncio.shield(task)  # one caller that leaves must not end the load of the others

    async def _load(self, name: str, url: str, folder: str) -> Loaded:
        try:
            async with self._one_at_a_time:
                expected = max(LEAST_CHARGE, int(await asyncio.to_thread(_size, folder) * self._factor))
                await self._make_room(expected)
                before = host.resident()
                model = await self._load_model(folder)
                loaded = Loaded(name, url, folder, model, max(expected, host.resident() - before))
                del model
                await self._make_room(loaded.charge)
        except BaseException:
            self._metrics.loads["failed"] += 1
            raise
        loaded.last_used = next(self._uses)
        self._models[name] = loaded
        self._metrics.loads["loaded"] += 1
        return loaded

    async def _make_room(self, charge: int) -> None:
        """Unload idle models, least recently used first, until `charge` fits; none if it cannot be made to
        fit.

        Raises:
            RequestError: 507.
        """
        spare = self.budget - self.charged
        idle = [loaded for loaded in self._models.values() if loaded.users == 0 and not loaded.unloading]
        candidates = sorted(idle, key=lambda loaded: loaded.last_used) if self._evict else []
        if spare + sum(loaded.charge for loaded in candidates) < charge:
            raise RequestError(507, "there is not enough memory for this model")
        evicted = 0
        for loaded in candidates:
            if spare >= charge:
                break
            self._remove(loaded)
            spare += loaded.charge
            evicted += 1
        self._metrics.evictions += evicted
        if evicted:
            await asyncio.to_thread(host.give_back)

    async def _remove_when_idle(self, loaded: Loaded) -> None:
        await loaded.idle.wait()
        self._remove(loaded)
        await asyncio.to_thread(host.give_back)

    def _remove(self, loaded: Loaded) -> None:
        self._models.pop(loaded.name, None)
        loaded.model = None
        self._metrics.forget(loaded.name)

    def _confined(self, url: str) -> str:
        """The real folder of `url`, which must lie below the root, also after every link is followed."""
        root = os.path.realpath(self.root)
        folder = os.path.realpath(url) if url.startswith("/") and "\0" not in url else ""
        if not folder.startswith(root.rstrip("/") + "/"):
            raise RequestError(400, "url is not a folder below the models' folder")
        if not os.path.isdir(folder):
            raise RequestError(404, "there is no such model")
        return folder


def check_name(name: str) -> None:
    """Refuse what is no plain name: it becomes part of a path.

    Raises:
        RequestError: 400.
    """
    if NAME.fullmatch(name) is None:
        raise RequestError(400, "a model's name has letters, digits, '.', '_' and '-', at most 255")


def _size(folder: str) -> int:
    """Bytes of all files below a folder, each once. A link counts as what it leads to, since that is what is
    read; folders behind links are left out.
    """
    sizes = {}
    for path, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)
            found = os.stat(file) if os.path.exists(file) else os.lstat(file)  # a link may lead nowhere
            sizes[found.st_dev, found.st_ino] = found.st_size
    return sum(sizes.values())

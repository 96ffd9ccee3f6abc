"""The multi-model API of SageMaker's container contract: load, list, show and unload.

`GET /models[?next_page_token=]`, `POST /models` with `{"model_name", "url"}`, `GET` and `DELETE
/models/{name}`.
"""

from __future__ import annotations

import urllib.parse

import orjson

from modelyard_server.answer import Answer, as_json
from modelyard_server.errors import NotAllowed, RequestError
from modelyard_server.models import Loaded
from modelyard_server.settings import Settings
from modelyard_server.store import ModelStore


class Management:
    """Answers for the store's models, except for invoking them."""

    def __init__(self, settings: Settings) -> None:
        self._patience = settings.timeout

    async def answer(self, store: ModelStore, method: str, name: str, query: bytes, body: bytes) -> Answer:
        """Answer `method` for `/models` (`name` is empty) or `/models/{name}`."""
        if not name and method == "GET":
            return _list(store, query)
        if not name and method == "POST":
            return await _load(store, body)
        if name and method == "GET":
            return as_json(200, _described(store.find(name)))
        if name and method == "DELETE":
            await store.unload(name, self._patience)
            return as_json(200, {"modelName": name})
        raise NotAllowed("GET, DELETE" if name else "GET, POST")


def _list(store: ModelStore, query: bytes) -> Answer:
    try:
        parameters = urllib.parse.parse_qs(query.decode("latin-1"), max_num_fields=16)
    except ValueError as error:
        raise RequestError(400, "the query has too many fields") from error
    models, following = store.page(parameters.get("next_page_token", [""])[0])
    page: dict[str, object] = {"models": [_described(loaded) for loaded in models]}
    if following is not None:
        page["nextPageToken"] = following
    return as_json(200, page)


async def _load(store: ModelStore, body: bytes) -> Answer:
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestError(400, "the body is not valid JSON") from error
    name, url = (request.get(key) if isinstance(request, dict) else None for key in ("model_name", "url"))
    if not isinstance(name, str) or not isinstance(url, str):
        raise RequestError(400, "the body must be an object with the texts model_name and url")
    return as_json(200, _described(await store.load(name, url)))


def _described(loaded: Loaded) -> dict[str, object]:
    return {"modelName": loaded.name, "modelUrl": loaded.url}

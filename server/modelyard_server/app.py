"""The ASGI application. Plain ASGI, no framework: there are seven routes, and one of them is the hot path."""

from __future__ import annotations

import random
from time import perf_counter
from typing import Any, NamedTuple

from modelyard_server import head
from modelyard_server.answer import Answer, Send, deliver, of_error
from modelyard_server.body import BodyReader, ClientGone, Receive
from modelyard_server.context import Context
from modelyard_server.errors import HandlerFailed, ModelError, NotAllowed, RequestError, WeightsError
from modelyard_server.head import Headers
from modelyard_server.logs import Log
from modelyard_server.management import Management
from modelyard_server.metrics import CONTENT_TYPE, Metrics
from modelyard_server.models import Loaded
from modelyard_server.settings import Settings
from modelyard_server.state import Serving, State
from modelyard_server.store import check_name
from modelyard_server.workers import WorkerPool

_CLIENT_GONE = 499
"""Logged and counted for a caller that left; never sent."""
_LATE = 408


class Request(NamedTuple):
    """What is known of a request before its body is read."""

    route: str
    scope: Any
    headers: Headers
    found: dict[bytes, bytes]
    number: str
    receive: Receive


class App:
    """Answers requests; knows nothing of sockets, signals or how the model came to be loaded."""

    def __init__(
        self, settings: Settings, state: State, pool: WorkerPool, metrics: Metrics, log: Log
    ) -> None:
        self._settings = settings
        self._state = state
        self._pool = pool
        self._metrics = metrics
        self._log = log
        self._bodies = BodyReader(settings.max_body, settings.max_buffered)
        self._management = Management(settings)
        metrics.gauge("modelyard_requests_in_flight", "Requests under way.", lambda: state.in_flight)
        metrics.gauge("modelyard_ready", "1 if /ping answers 200.", lambda: float(self.ready))
        metrics.gauge("modelyard_worker_calls", "Calls in threads or waiting for one.", lambda: pool.pending)

    @property
    def ready(self) -> bool:
        """Whether `/ping` answers 200: loaded, not about to end, and not with every thread stuck for good."""
        state = self._state
        return (
            state.serving is not None
            and not state.draining
            and not self._pool.stuck(2 * self._settings.timeout)
        )

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise RuntimeError(f"this is no {scope['type']} server")
        started = perf_counter()
        headers: Headers = scope["headers"]
        found = head.pick(headers)
        number = head.request_id(found)
        request = Request(_route(scope["path"]), scope, headers, found, number, receive)
        self._state.in_flight += 1
        status, sent = _CLIENT_GONE, 0
        try:
            try:
                invoked = request.route == "/invocations"
                answer = await (self._invocations(request) if invoked else self._answer(request))
            except ClientGone:
                raise
            except Exception as error:  # noqa: BLE001 - the boundary: logged with its traceback, answered with its id
                answer = self._failed(error, number)
            status, sent = answer.status, len(answer.body)
            await deliver(answer, number, receive, send)
        except ClientGone:
            status = _LATE if scope.get("modelyard.late") else _CLIENT_GONE
        finally:
            self._state.in_flight -= 1
            self._note(request, status, sent, perf_counter() - started)

    async def _answer(self, request: Request) -> Answer:
        if request.route == "/ping":
            _require(request, "GET", "HEAD")
            return Answer(200 if self.ready else 503)
        if request.route == "/metrics" and self._settings.metrics:
            _require(request, "GET", "HEAD")
            return Answer(200, self._metrics.exposition(), CONTENT_TYPE)
        if request.route.startswith("/models") and self._settings.multi_model:
            return await self._models(request)
        raise RequestError(404, "there is no such path")

    def _failed(self, error: Exception, number: str) -> Answer:
        """What the caller may know of an error; the rest is logged."""
        if isinstance(error, RequestError):
            return of_error(error, number)
        if isinstance(error, HandlerFailed):
            self._log.error("handler_failed", error.__cause__, request_id=number, stage=error.stage)
            return of_error(RequestError(500, "the model failed"), number)
        if isinstance(error, ModelError | WeightsError):
            self._log.error("model_not_loaded", error, request_id=number)
            return of_error(RequestError(500, "the model could not be loaded"), number)
        self._log.error("server_failed", error, request_id=number)
        return of_error(RequestError(500, "the server failed"), number)

    async def _invocations(self, request: Request) -> Answer:
        _require(request, "POST")
        serving = self._admit()
        if serving.single is not None:
            return await self._invoke(request, serving, serving.single)
        target = request.found.get(b"x-amzn-sagemaker-target-model", b"").decode("latin-1")
        if not target:
            raise RequestError(400, "name the model in X-Amzn-SageMaker-Target-Model")
        return await self._invoke(request, serving, target.removesuffix(".tar.gz"))

    async def _models(self, request: Request) -> Answer:
        serving = self._admit()
        assert serving.store is not None
        name, _, verb = request.scope["path"].removeprefix("/models").removeprefix("/").partition("/")
        if verb == "invoke":
            _require(request, "POST")
            return await self._invoke(request, serving, name)
        if verb:
            raise RequestError(404, "there is no such path")
        body, held = b"", 0
        try:
            if request.scope["method"] == "POST":
                body, held = await self._bodies.read(request.receive, head.declared_length(request.found))
            return await self._management.answer(
                serving.store, request.scope["method"], name, request.scope["query_string"], body
            )
        finally:
            self._bodies.release(held)

    async def _invoke(self, request: Request, serving: Serving, model: Loaded | str) -> Answer:
        pipeline = serving.invoker.pipeline
        media, accept = head.agree(
            request.found, pipeline.offered, self._settings.default_accept, any_body=pipeline.reads_anything
        )
        body, held = await self._bodies.read(request.receive, head.declared_length(request.found))
        try:
            loaded = model if isinstance(model, Loaded) else await self._find(serving, model)
            context = Context(
                loaded.model_dir, loaded.name, request.number, media, accept, body, request.headers
            )
            answer, media = await serving.invoker.invoke(loaded, context)
        finally:
            self._bodies.release(held)
        return Answer(200, answer, media, tuple(context.response_headers), self._state.draining)

    async def _find(self, serving: Serving, name: str) -> Loaded:
        assert serving.store is not None
        check_name(name)
        if self._settings.models_managed_by == "caller":
            return serving.store.use(name)
        return await serving.store.ensure(name, self._settings.timeout)

    def _admit(self) -> Serving:
        """Refuse what cannot be served now."""
        if self._state.serving is None:
            raise RequestError(503, "the model is not loaded yet", retry_after=1)
        if self._state.closing:
            raise RequestError(503, "the server is about to end", retry_after=1, close=True)
        if self._state.in_flight > self._settings.max_in_flight:
            raise RequestError(503, "too many requests are under way", retry_after=1)
        return self._state.serving

    def _note(self, request: Request, status: int, sent: int, seconds: float) -> None:
        self._metrics.request(request.route, status, seconds)
        rate = self._settings.access_log
        if status < 500 and (rate == 0.0 or (rate < 1.0 and random.random() >= rate)):  # noqa: S311 - sampling
            return
        if request.route in {"/ping", "/metrics"} and status == 200:
            return  # asked every few seconds by machines; their metrics say enough
        scope, found = request.scope, request.found
        trace = head.trace_id(found) if b"traceparent" in found else None
        # Every value is a number, a word of ours, or checked to have neither quotes nor backslashes.
        self._log.request(
            f'"method":"{scope["method"]}","route":"{request.route}","status":{status},'
            f'"ms":{seconds * 1000:.3f},'
            f'"bytes_in":{head.declared_length(found)},"bytes_out":{sent},"request_id":"{request.number}"'
            + (f',"trace_id":"{trace}"' if trace else "")
        )


def _route(path: str) -> str:
    """The path as a label: one of a fixed set."""
    if path in {"/invocations", "/ping", "/metrics", "/models"}:
        return path
    if path.startswith("/models/"):
        return "/models/{name}/invoke" if path.endswith("/invoke") else "/models/{name}"
    return "other"


def _require(request: Request, *methods: str) -> None:
    if request.scope["method"] not in methods:
        raise NotAllowed(", ".join(methods))

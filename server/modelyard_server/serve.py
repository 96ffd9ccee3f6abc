"""The process: socket, signals, loading, draining and the exit code."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import socket
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from modelyard_server import host
from modelyard_server.app import App
from modelyard_server.errors import (
    EXIT_CONFIG,
    EXIT_MODEL,
    EXIT_OK,
    EXIT_PORT,
    ConfigError,
    ModelError,
    WeightsError,
)
from modelyard_server.handlers import locate
from modelyard_server.loading import Loader
from modelyard_server.logs import Log, capture_library_logs
from modelyard_server.metrics import Metrics
from modelyard_server.protocol import Limits, guarded
from modelyard_server.settings import Settings
from modelyard_server.state import State
from modelyard_server.weights import Weight, parse
from modelyard_server.workers import WorkerPool

_TICK = 0.02
_LOG_SECONDS = 0.1
"""How long the line of a request may wait for others."""
_LAST_LINE = 0.5
"""Seconds for the line that says which signal ended the process."""
_LAST_WRITES = 1
"""Seconds for answers that are written but not yet sent when the drain is over."""


def run(settings: Settings) -> int:
    """Serve until a signal ends it. Returns the exit code."""
    log = Log(settings.log_level)
    capture_library_logs(log, settings.log_level)
    # Numeric libraries size their threads by the host's CPUs and are then throttled by the container's quota.
    os.environ.setdefault("OMP_NUM_THREADS", str(host.cpus()))
    try:
        weights = parse(settings.weights, Path(settings.model_dir))
        program = locate(settings.handler, settings.code_dirs)
        listener = _bind(settings)
    except ConfigError as error:
        log.error("settings_unusable", problems=error.problems)
        return EXIT_CONFIG
    except OSError as error:
        log.error(
            "port_unusable", host=settings.host, port=settings.port, reason=error.strerror or str(error)
        )
        return EXIT_PORT
    return _Process(settings, log, listener, program, weights).run()


class _Process(uvicorn.Server):
    """Uvicorn with a start that may fail and an end that is announced."""

    def __init__(
        self,
        settings: Settings,
        log: Log,
        listener: socket.socket,
        program: Path,
        weights: tuple[Weight, ...],
    ) -> None:
        self._settings = settings
        self._log = log
        self._listener = listener
        self._program = program
        self._weights = weights
        self._state = State()
        self._code = EXIT_OK
        self._signals = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._metrics = Metrics()
        super().__init__(_config(settings, self._asgi, self._metrics))

    def run(self, sockets: list[socket.socket] | None = None) -> int:  # type: ignore[override]
        """Serve, and return the exit code."""
        with asyncio.Runner(loop_factory=self.config.get_loop_factory()) as runner:
            runner.run(self._main())
            if self._state.in_flight or self._busy():
                # A thread inside a model cannot be ended; tearing the interpreter down below it may crash.
                self._log.warning("ended_with_work_left", requests=self._state.in_flight)
                os._exit(self._code)
        self._log.flush()
        return self._code

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins the drain, at once; the second ends the process."""
        self._signals += 1
        if self._signals > 1:
            self._end(sig)
        self._state.draining = True
        self._loop.call_soon_threadsafe(self._start, self._drain(signal.Signals(sig).name))

    def _end(self, sig: int) -> None:
        """End at once. The line about it is left to a thread: this one may be inside a write to a pipe that
        nobody reads, which it would wait for once more.
        """
        say = functools.partial(self._log.warning, "ended_by_signal", signal=signal.Signals(sig).name)
        line = threading.Thread(target=say, daemon=True)
        try:
            line.start()
            line.join(_LAST_LINE)
        finally:
            os._exit(128 + sig)

    async def _asgi(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._log.soon = functools.partial(self._loop.call_later, _LOG_SECONDS)
        settings, metrics = self._settings, self._metrics
        self._pool = WorkerPool(settings.threads, settings.queue)
        self._loader_pool = WorkerPool(1, 1000, name="loader")
        self._app = App(settings, self._state, self._pool, metrics, self._log)
        self.config.load()
        self.config.loaded_app = self._app
        loader = Loader(settings, self._loader_pool, self._pool, metrics, self._log)
        self._start(self._prepare(loader))
        await self.serve(sockets=[self._listener])

    async def _prepare(self, loader: Loader) -> None:
        """Verify, import, load; then, and only then, be ready."""
        self._log.info("listening", host=self._settings.host, port=self._settings.port, pid=os.getpid())
        try:
            self._state.serving = await loader.load(self._program, self._weights)
            if self._state.serving.single is not None:
                host.keep_what_is()
            self._log.info(
                "ready", model_dir=self._settings.model_dir, multi_model=self._settings.multi_model
            )
        except WeightsError as error:
            self._fail(EXIT_CONFIG, "weights_refused", reason=str(error))
        except ModelError as error:
            self._fail(EXIT_MODEL, "model_not_loaded", error)
        except Exception as error:  # noqa: BLE001 - a server that never gets ready and never ends helps nobody
            self._fail(EXIT_MODEL, "start_failed", error)

    def _fail(self, code: int, event: str, error: Exception | None = None, **fields: object) -> None:
        self._log.error(event, error, exit_code=code, **fields)
        self._code = code
        self.should_exit = True

    async def _drain(self, cause: str) -> None:
        """Go on serving for the delay, then let what is under way finish, then let Uvicorn end."""
        settings, state = self._settings, self._state
        self._log.info("draining", signal=cause, in_flight=state.in_flight, drain=settings.drain)
        await asyncio.sleep(settings.shutdown_delay)
        state.closing = True
        deadline = self._loop.time() + settings.drain
        while (state.in_flight or self._busy()) and state.serving and self._loop.time() < deadline:
            await asyncio.sleep(_TICK)
        self._log.info("drained", left=state.in_flight)
        self.should_exit = True
        self.force_exit = state.in_flight > 0

    def _busy(self) -> bool:
        return bool(self._pool.pending or self._loader_pool.pending)

    def _start(self, work: Any) -> None:
        """Run a coroutine beside the server; the set keeps it from being collected."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _config(settings: Settings, app: Any, metrics: Metrics) -> uvicorn.Config:
    limits = Limits(
        settings.max_connections,
        settings.max_headers,
        settings.header_timeout,
        settings.body_timeout,
        metrics.refusal,
    )
    return uvicorn.Config(
        app,
        http=guarded(limits),
        ws="none",
        lifespan="off",
        interface="asgi3",
        loop="auto" if settings.loop == "auto" else "uvloop" if settings.loop == "uvloop" else "asyncio",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=settings.keep_alive,  # type: ignore[arg-type]  # seconds; a fraction works as well
        timeout_graceful_shutdown=_LAST_WRITES,
    )


def _bind(settings: Settings) -> socket.socket:
    """The listening socket; bound here, so that a port in use is an error of ours with an exit code of its
    own.

    The protocol is named on purpose: asyncio switches Nagle's algorithm off only for sockets that say TCP,
    and with it on every answer waits 40 ms for the caller's delayed acknowledgement.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener

"""The servers: how each is started, and in which dialect it is asked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.command import CHECKOUT
from bench.servers.payloads import CONTRACT, OPEN_INFERENCE, Dialect
from modelyard.running.ports import free_port

SERVER = CHECKOUT / "server"
MODEL = SERVER / "bench"
# The first is what a server has whose lock file does not name the other.
LOOPS = ("asyncio", "uvloop")


@dataclass(frozen=True)
class Launch:
    """A command with what it needs in its environment."""

    argv: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contestant:
    """``launch`` takes the interpreter, the port and a folder of its own, in which it may write settings.

    ``family`` is what it is a way of: the ways of one family are compared by their best.
    """

    key: str
    name: str
    family: str
    dialect: Dialect
    launch: Callable[[Path, int, Path], Launch]
    loop: str = ""


def _bare(loop: str) -> Contestant:
    def launch(python: Path, port: int, folder: Path) -> Launch:
        argv = [str(python), "-m", "uvicorn", "bare:app", "--app-dir", str(MODEL), "--host", "127.0.0.1"]
        argv += ["--port", str(port), "--http", "httptools", "--loop", loop]
        return Launch((*argv, "--no-access-log", "--log-level", "warning"))

    return Contestant(f"bare-{loop}", f"bare uvicorn, {loop}", "bare", CONTRACT, launch, loop)


def _runtime(loop: str) -> Contestant:
    def launch(python: Path, port: int, folder: Path) -> Launch:
        variables = {
            "PYTHONPATH": str(SERVER),
            "MODELYARD_CODE_DIR": str(MODEL),
            "MODELYARD_HOST": "127.0.0.1",
            "MODELYARD_PORT": str(port),
            "MODELYARD_LOOP": loop,
            "SM_MODEL_DIR": str(folder),
        }
        return Launch((str(python), "-m", "modelyard_server"), variables)

    return Contestant(f"runtime-{loop}", f"modelyard-server, {loop}", "runtime", CONTRACT, launch, loop)


def _mlserver(key: str, name: str, dialect: Dialect, workers: int) -> Contestant:
    def launch(python: Path, port: int, folder: Path) -> Launch:
        # All that it can do without: metrics, the access log (of `debug`), compression.
        settings = {
            "host": "127.0.0.1",
            "http_port": port,
            "grpc_port": free_port(),
            "metrics_endpoint": None,
            "gzip_enabled": False,
            "debug": False,
            "parallel_workers": workers,
        }
        model = {"name": "bench", "implementation": "mlserver_model.Bench"}
        (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        (folder / "model-settings.json").write_text(json.dumps(model), encoding="utf-8")
        program = str(python.with_name("mlserver"))
        return Launch((program, "start", str(folder)), {"PYTHONPATH": str(MODEL)})

    return Contestant(key, name, "mlserver", dialect, launch, "uvloop")


def _responder(python: Path, port: int, folder: Path) -> Launch:
    return Launch((str(python), str(MODEL / "responder.py"), str(port)))


_WORKERS = max(2, os.cpu_count() or 2)
CONTESTANTS = (
    *(_bare(loop) for loop in LOOPS),
    *(_runtime(loop) for loop in LOOPS),
    _mlserver("mlserver", "MLServer", OPEN_INFERENCE, 0),
    _mlserver("mlserver-workers", f"MLServer, {_WORKERS} workers", OPEN_INFERENCE, _WORKERS),
    _mlserver("mlserver-custom", "MLServer, custom handler", CONTRACT, 0),
    Contestant("client", "the client's ceiling", "client", CONTRACT, _responder),
)

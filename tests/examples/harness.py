"""Trains the example models and runs their real servers, for the tests in this folder."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODELS = Path(__file__).resolve().parents[2] / "models"
START_SECONDS, STOP_SECONDS = 60, 20


@dataclass(frozen=True)
class Example:
    """One container of an example model, and what it takes to run it without a container."""

    folder: str
    command: tuple[str, ...]
    weights_variable: str = "MODEL_DIR"
    env: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> Path:
        return MODELS / self.folder

    @property
    def sample(self) -> bytes:
        return (self.path / "sample/request.json").read_bytes()

    @property
    def schema(self) -> Any:
        return json.loads((self.path / "sample/response.schema.json").read_text())


SECRETS = (("DB_PASSWORD", "hunter2-db"), ("API_TOKEN", "hunter2-token"))
IRIS = Example("iris-classifier", (sys.executable, "src/inference.py"))
FRAUD = Example("fraud-scorer", (sys.executable, "src/server.py"), env=SECRETS)
MENU = Example("menu-recommender", (sys.executable, "src/app.py"), "MODELS_DIR")
VISION = Example("shelf-vision/vision", (sys.executable, "src/serve.py"), env=(("DEVICE", "cpu"),))
STATS = Example("shelf-vision/stats", (sys.executable, "src/serve.py"))
CHURN = Example(
    "churn-onnx", (sys.executable, "-m", "gunicorn", "--config", "src/gunicorn_conf.py", "app:app")
)
ROUTER = Example(
    "ticket-router",
    (sys.executable, "-m", "modelyard_server"),
    "SM_MODEL_DIR",
    (
        ("PYTHONPATH", str(MODELS.parent / "server")),
        ("MODELYARD_CODE_DIR", str(MODELS / "ticket-router/src")),
    ),
)
SERVERS = (IRIS, FRAUD, MENU, VISION, STATS, CHURN, ROUTER)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class Server:
    """A running example. `log` is complete once the server has stopped."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.port, self._log = process, port, log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request; header names are given with underscores for dashes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        finally:
            connection.close()

    def stop(self) -> int:
        """SIGTERM, as every orchestrator sends it; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"exited with {self.process.returncode}:\n{self.log}")
            try:
                if self.ask("GET", "/ping").status == 200:
                    return
            except OSError:  # not listening yet
                time.sleep(0.05)
        raise AssertionError(f"not ready after {START_SECONDS} s:\n{self.log}")


def environment(**extra: str) -> dict[str, str]:
    """A bare environment: nothing of the developer's shell reaches an example."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "AWS_EC2_METADATA_DISABLED": "true", **extra}


def train(example: Example, out: Path) -> str:
    """Run the committed script; returns what it printed."""
    command = [sys.executable, str(example.path / "train.py"), "--out", str(out)]
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def checksums(folder: Path) -> str:
    """Every file below `folder` in the format of sha256sum, sorted by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files
    ]
    return "".join(lines)


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def launched(
    example: Example, weights: Path, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start an example's command without waiting; it is gone when the block ends."""
    port = free_port()
    settings = {"PORT": str(port), example.weights_variable: str(weights), **dict(example.env), **(env or {})}
    with log.open("wb") as out:
        process = subprocess.Popen(
            example.command,
            cwd=example.path,
            env=environment(**settings),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(process, port, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(STOP_SECONDS)


@contextmanager
def running(
    example: Example, weights: Path, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server that has answered its first /ping."""
    with launched(example, weights, log, env) as server:
        server.wait_until_ready()
        yield server


@contextmanager
def local_s3(region: str) -> Iterator[tuple[dict[str, str], Any]]:
    """An S3 on loopback with nothing in it: the variables that lead boto3 to it, and a client of it."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        env = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        # The server runs in this process, and what an earlier one was given is still there.
        connection = http.client.HTTPConnection(host, port, timeout=10)
        connection.request("POST", "/moto-api/reset")
        assert connection.getresponse().status == 200
        yield (
            env,
            boto3.client(
                "s3",
                endpoint_url=env["AWS_ENDPOINT_URL"],
                region_name=region,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            ),
        )
    finally:
        server.stop()

"""A server process, and a small HTTP client that shows what is on the wire."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]
PATIENCE = 15.0


@dataclass(frozen=True)
class Reply:
    """An answer as a test wants to see it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Running:
    """A server, its port and where its log goes."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    root: Path
    model_dir: Path

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, names, answer.read())
        finally:
            connection.close()

    def post(self, value: object, path: str = "/invocations", **headers: str) -> Reply:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.ask(
            "POST", path, json.dumps(value).encode(), {"content-type": "application/json", **named}
        )

    def raw(self, *pieces: bytes, pause: float = 0.0, patience: float = PATIENCE) -> bytes:
        """Send pieces one after the other, and return all that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=patience) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it would not hear the rest; what it said before is what the test looks at
            received = b""
            try:
                while data := connection.recv(65536):
                    received += data
            except ConnectionResetError:
                return received
            return received

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log's lines of this event."""
        lines = [json.loads(line) for line in self.log.read_bytes().splitlines() if line.startswith(b"{")]
        return [line for line in lines if line["event"] == name]

    def wait_for_event(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if found := self.events(name):
                return found[-1]
            time.sleep(0.01)
        raise AssertionError(f"no {name} in the log:\n{self.log.read_text()}")

    def wait_for_line(self, name: str, request_id: str) -> dict[str, Any]:
        """The line of a request, which may reach the log a moment after the answer."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in self.events(name):
                if line["request_id"] == request_id:
                    return line
            time.sleep(0.02)
        raise AssertionError(f"no {name} of {request_id} in the log:\n{self.log.read_text()}")

    def wait_until_listening(self) -> Running:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except ConnectionRefusedError:
                time.sleep(0.01)
            else:
                return self
        if self.process.poll() is not None:
            return self  # it has ended already, which some tests are about
        raise AssertionError(self.log.read_text())

    def wait_until_ready(self) -> Running:
        self.wait_until_listening()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.ask("GET", "/ping").status == 200:
                return self
            time.sleep(0.01)
        raise AssertionError(f"never ready:\n{self.log.read_text()}")

    def terminate(self, sig: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(sig)

    def exit_code(self) -> int:
        return self.process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(root: Path, port: int, settings: dict[str, str]) -> dict[str, str]:
    """The environment of a server below `root`, with nothing of this machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    own = {
        "PYTHONPATH": str(PACKAGE),
        "PYTHONUNBUFFERED": "1",
        "MODELYARD_CODE_DIR": str(root / "code"),
        "SM_MODEL_DIR": str(root / "model"),
        "MODELYARD_MODELS_DIR": str(root / "models"),
        "MODELYARD_HOST": "127.0.0.1",
        "MODELYARD_PORT": str(port),
        "MODELYARD_THREADS": "2",
    }
    return {**kept, **own, **settings}


def launch(root: Path, handler: str, settings: dict[str, str]) -> Running:
    """Start a server with this source as its `inference.py`."""
    for name in ("code", "model", "models"):
        (root / name).mkdir(exist_ok=True)
    (root / "code" / "inference.py").write_text(textwrap.dedent(handler), encoding="utf-8")
    port = free_port()
    log = root / f"log-{port}"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "modelyard_server", "serve"],
            env=environment(root, port, settings),
            cwd=root,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return Running(process, port, log, root, root / "model")

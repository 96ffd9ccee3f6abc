"""fraud-scorer: secrets never show, and its peers are reached as the sidecars and secrets say."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.examples.conftest import Weights
from tests.examples.harness import FRAUD, SECRETS, STOP_SECONDS, free_port, launched, running

Request = tuple[str, str | None, bytes]


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[Request]]]:
    """An HTTP server that accepts everything: its URL, and what it received (path, authorization, body)."""
    received: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, self.headers["Authorization"], body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet: the test's output is the assertion."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("missing", [name for name, _ in SECRETS])
def test_a_missing_secret_is_named_at_start(weights: Weights, tmp_path: Path, missing: str) -> None:
    with launched(FRAUD, weights(FRAUD), tmp_path / "log", {missing: ""}) as server:
        assert server.process.wait(STOP_SECONDS) == 1
    assert f"not set: {missing}" in server.log
    assert "hunter2" not in server.log


def test_what_is_not_approved_becomes_a_case_with_the_token(
    weights: Weights, tmp_path: Path, receiver: tuple[str, list[Request]]
) -> None:
    url, received = receiver
    with running(FRAUD, weights(FRAUD), tmp_path / "log", {"CASES_URL": f"{url}/cases"}) as server:
        answer = server.ask("POST", "/invocations", FRAUD.sample).document
        assert server.stop() == 0
    assert [score["decision"] for score in answer["scores"]] == ["approve", "decline"]
    ((path, authorization, body),) = received
    assert (path, authorization) == ("/cases", "Bearer hunter2-token")
    assert [case["id"] for case in json.loads(body)["cases"]] == ["t-1002"]


def test_traces_reach_the_otel_sidecar_before_it_ends(
    weights: Weights, tmp_path: Path, receiver: tuple[str, list[Request]]
) -> None:
    url, received = receiver
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_SERVICE_NAME": "fraud-scorer"}
    with running(FRAUD, weights(FRAUD), tmp_path / "log", env) as server:
        assert server.ask("POST", "/invocations", FRAUD.sample).status == 200
        assert server.stop() == 0
    assert {path for path, _, _ in received} == {"/v1/traces"}
    assert any(b"score" in body and b"fraud-scorer" in body for _, _, body in received)


def test_it_ends_in_its_drain_although_nobody_takes_cases_or_traces(weights: Weights, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never says a word
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        env = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "CASES_URL": f"{url}/cases"}
        with running(FRAUD, weights(FRAUD), tmp_path / "log", env) as server:
            for _ in range(40):
                assert server.ask("POST", "/invocations", FRAUD.sample).status == 200
            assert server.stop() == 0
    assert "requests to open cases were not sent in 8 s" in server.log


def test_without_its_database_it_scores_and_says_so(weights: Weights, tmp_path: Path) -> None:
    env = {"DB_HOST": "127.0.0.1", "DB_PORT": str(free_port()), "LOG_LEVEL": "debug"}
    with running(FRAUD, weights(FRAUD), tmp_path / "log", env) as server:
        answer = server.ask("POST", "/invocations", FRAUD.sample).document
        assert server.stop() == 0
    assert answer["history"] == "unavailable"
    assert len(answer["scores"]) == 2
    assert "hunter2" not in server.log


def test_every_log_line_is_json(weights: Weights, tmp_path: Path) -> None:
    with running(FRAUD, weights(FRAUD), tmp_path / "log") as server:
        server.ask("POST", "/invocations", b"{")
        assert server.stop() == 0
    assert [json.loads(line)["level"] for line in server.log.splitlines()] == ["info"]


@pytest.mark.parametrize("port", ["0", "http", "70000", "-1"])
def test_a_bad_port_is_named(weights: Weights, tmp_path: Path, port: str) -> None:
    with launched(FRAUD, weights(FRAUD), tmp_path / "log", {"PORT": port}) as server:
        assert server.process.wait(STOP_SECONDS) == 1
    assert "PORT is not a port" in server.log

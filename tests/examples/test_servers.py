"""Every example server keeps the container contract: run for real, over loopback, with trained weights."""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.examples.conftest import Weights
from tests.examples.harness import (
    FRAUD,
    IRIS,
    SERVERS,
    STATS,
    STOP_SECONDS,
    Example,
    Server,
    launched,
    running,
)

BAD_BODIES = {
    "empty": b"",
    "not-json": b"{",
    "not-utf8": b'{"a": "\xff"}',
    "wrong-document": b"[]",
    "no-fields": b"{}",
    "nan": b'{"instances": [[NaN, 1, 1, 1]]}',
    "deep": b"[" * 20_000,
    "long-number": b'{"instances": ' + b"9" * 5000 + b"}",
}


@pytest.fixture(scope="module", params=SERVERS, ids=lambda example: example.folder)
def example(request: pytest.FixtureRequest) -> Example:
    chosen: Example = request.param
    return chosen


@pytest.fixture(scope="module")
def server(example: Example, weights: Weights, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    with running(example, weights(example), log) as started:
        yield started


def test_ping_answers_with_an_empty_200(server: Server) -> None:
    answer = server.ask("GET", "/ping")
    assert (answer.status, answer.body) == (200, b"")


def test_the_sample_is_answered_as_its_schema_says(example: Example, server: Server) -> None:
    answer = server.ask("POST", "/invocations", example.sample, Content_Type="application/json")
    assert answer.status == 200
    Draft202012Validator.check_schema(example.schema)
    assert [
        error.message for error in Draft202012Validator(example.schema).iter_errors(answer.document)
    ] == []


def test_the_same_request_gets_the_same_answer(example: Example, server: Server) -> None:
    answers = {server.ask("POST", "/invocations", example.sample).body for _ in range(3)}
    assert len(answers) == 1


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_bad_body_is_a_400_with_a_json_reason(server: Server, body: bytes) -> None:
    answer = server.ask("POST", "/invocations", body)
    assert answer.status == 400
    assert set(answer.document) - {"request_id"} == {"error"}
    assert b"Traceback" not in answer.body


def test_no_single_change_of_the_sample_can_crash_it(example: Example, server: Server) -> None:
    """Each number, text and flag of the sample is replaced by values that break careless code."""
    for body in mutations(example.sample):
        answer = server.ask("POST", "/invocations", body)
        assert answer.status in (200, 400, 404), (body, answer)
        assert set(answer.document) >= ({"error"} if answer.status != 200 else set())


def test_an_announced_giant_body_is_refused_unread(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest("POST", "/invocations")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders(b"[")
    try:
        assert connection.getresponse().status == 413
    finally:
        connection.close()


def test_other_paths_and_methods_are_refused_as_json(server: Server) -> None:
    assert server.ask("GET", "/no-such-path").status == 404
    assert "error" in server.ask("GET", "/no-such-path").document
    assert server.ask("GET", "/invocations").status in (404, 405)
    assert server.ask("PUT", "/invocations", b"{}").status in (404, 405, 501)


def test_sigterm_ends_it_with_0(example: Example, weights: Weights, tmp_path: Path) -> None:
    with running(example, weights(example), tmp_path / "log") as server:
        assert server.ask("POST", "/invocations", example.sample).status == 200
        assert server.stop() == 0, server.log
        assert "Traceback" not in server.log


def test_without_weights_it_is_never_ready(example: Example, tmp_path: Path) -> None:
    with launched(example, tmp_path / "missing", tmp_path / "log") as server:
        code = server.process.wait(STOP_SECONDS)
    assert code != 0
    assert server.log


@pytest.mark.parametrize("example", [IRIS, FRAUD], ids=lambda example: example.folder)
def test_weights_of_another_kind_are_a_short_error(example: Example, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"format": "something else"}')
    with launched(example, tmp_path, tmp_path / "log") as server:
        assert server.process.wait(STOP_SECONDS) == 1
    assert "Traceback" not in server.log
    assert "cannot" in server.log


def mutations(sample: bytes) -> Iterator[bytes]:
    """The sample with one scalar replaced, for every scalar in it and every hostile value."""
    hostile = ["-1", "1e999", "1e308", "9" * 400, "true", "null", '"\\u0000"', '""', "[]", "{}", '"x"', "0.5"]
    marker = "@@@"
    document = json.loads(sample)
    for path in scalars(document):
        marked = json.dumps(replaced(document, path, marker))
        for value in hostile:
            yield marked.replace(f'"{marker}"', value).encode()


def scalars(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the scalars are; of a list, only the first element is looked into."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from scalars(value, (*path, key))
    elif isinstance(node, list) and node:
        yield from scalars(node[0], (*path, 0))
    else:
        yield path


def replaced(node: object, path: tuple[str | int, ...], value: object) -> object:
    """A copy with one place changed."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(node, dict):
        return {key: replaced(item, rest, value) if key == head else item for key, item in node.items()}
    assert isinstance(node, list)
    return [replaced(item, rest, value) if index == head else item for index, item in enumerate(node)]


def test_port_in_use_is_an_error_not_a_hang(weights: Weights, tmp_path: Path) -> None:
    with running(STATS, weights(STATS), tmp_path / "first") as first:
        taken = {"PORT": str(first.port)}
        with launched(STATS, weights(STATS), tmp_path / "second", taken) as second:
            try:
                assert second.process.wait(STOP_SECONDS) != 0
            except subprocess.TimeoutExpired:
                pytest.fail("still running")

"""Callers who are slow, huge, malformed or many."""

from __future__ import annotations

import concurrent.futures
import socket
import time
from pathlib import Path

import pytest

from conftest import Start
from running import Running

HANDLER = """
    import time
    def predict_fn(data, model):
        if isinstance(data, int): return "x" * data
        if isinstance(data, dict): time.sleep(data["sleep"])
        return len(data)
    def model_fn(model_dir): return None
"""
POST = b"POST /invocations HTTP/1.1\r\nhost: x\r\n"


@pytest.fixture(scope="module")
def server(shared: Start) -> Running:
    return shared(
        HANDLER,
        MODELYARD_HEADER_TIMEOUT="300ms",
        MODELYARD_BODY_TIMEOUT="400ms",
        MODELYARD_KEEP_ALIVE="1s",
        MODELYARD_MAX_HEADERS="4096",
        MODELYARD_MAX_CONNECTIONS="40",
    )


def timed(server: Running, *pieces: bytes, pause: float = 0.0) -> tuple[bytes, float]:
    begun = time.monotonic()
    return server.raw(*pieces, pause=pause), time.monotonic() - begun


def test_a_connection_that_says_nothing_is_closed(server: Running) -> None:
    answer, seconds = timed(server)
    assert answer == b""
    assert seconds < 5


@pytest.mark.parametrize("start", [b"POST /invoc", POST + b"a: ", b"\r\n" + POST])
def test_slow_headers_are_408(server: Running, start: bytes) -> None:
    answer, seconds = timed(server, start)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert 0.2 < seconds < 5


def test_headers_a_byte_at_a_time_are_408(server: Running) -> None:
    answer = server.raw(POST, *(b"%c" % letter for letter in b"x-header: 1234"), pause=0.05)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_empty_lines_do_not_keep_a_connection(server: Running) -> None:
    answer, seconds = timed(server, *[b"\r\n"] * 4, pause=0.02)
    assert answer == b""
    assert seconds < 5


def test_a_slow_body_is_408_and_logged(server: Running) -> None:
    head = POST + b"content-length: 100\r\nx-request-id: slow-body\r\n\r\n"
    answer, seconds = timed(server, head, *[b"1"] * 8, pause=0.1)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert seconds < 5
    assert server.wait_for_line("request", "slow-body")["status"] == 408


def test_a_caller_who_leaves_is_499_in_the_log(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(POST + b"content-length: 100\r\nx-request-id: gone\r\n\r\n12")
    assert server.wait_for_line("request", "gone")["status"] == 499


@pytest.mark.parametrize(
    "head",
    [
        POST + b"a: " + b"b" * 5000,
        POST + b"a: b\r\n" * 1000 + b"\r\n",
        POST + b"".join(b"a%d: b\r\n" % n for n in range(129)) + b"content-length: 0\r\n\r\n",
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_large_headers_are_431(server: Running, head: bytes) -> None:
    assert server.raw(head).startswith(b"HTTP/1.1 431 ")


def test_endless_chunk_extensions_and_trailers_are_refused(server: Running) -> None:
    chunked = POST + b"transfer-encoding: chunked\r\n\r\n"
    assert b" 200 " not in server.raw(chunked, b"1;" + b"x" * 100_000, b"x" * 100_000)
    assert b" 200 " not in server.raw(chunked, b"1\r\n1\r\n0\r\n", b"a: b\r\n" * 20_000)


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
        b"POST /invocations\r\n\r\n",
        POST + b"content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"content-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
        POST + b"content-length: -1\r\n\r\n",
        POST + b"content-length: 99999999999999999999999\r\n\r\n",
        POST + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_broken_http_is_400_and_closed(server: Running, request_: bytes) -> None:
    assert server.raw(request_).startswith(b"HTTP/1.1 400 ")


def test_http_1_0_is_answered_and_closed(server: Running) -> None:
    answer = server.raw(b"POST /invocations HTTP/1.0\r\ncontent-length: 3\r\n\r\n[1]")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n1")


def test_expect_continue(server: Running) -> None:
    answer = server.raw(
        POST + b"connection: close\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n", b"[1]"
    )
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")
    refused = server.raw(POST + b"expect: 100-continue\r\ncontent-length: 999999999\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 413 ")


def test_pipelined_requests_are_answered_in_order(server: Running) -> None:
    one = POST + b"content-length: 12\r\n\r\n" + b'{"sleep":.1}'.replace(b".1", b"0")[:12].ljust(12)
    lists = [
        POST + b"content-length: %d\r\n\r\n" % len(body) + body for body in (b"[1]", b"[1,2]", b"[1,2,3]")
    ]
    last = POST + b"connection: close\r\ncontent-length: 9\r\n\r\n[1,2,3,4]"
    answer = server.raw(one + b"".join(lists) + last)
    bodies = [part.split(b"\r\n\r\n")[1] for part in answer.split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies == [b"1", b"1", b"2", b"3", b"4"]


def test_a_flood_of_pipelined_requests_is_cut(server: Running) -> None:
    answer = server.raw((POST + b"content-length: 3\r\n\r\n[1]") * 200)
    assert answer.count(b" 200 ") <= 17
    assert server.ask("GET", "/ping").status == 200


def test_an_idle_connection_is_closed_after_the_keep_alive_time(server: Running) -> None:
    answer, seconds = timed(server, POST + b"content-length: 3\r\n\r\n[1]")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert 0.8 < seconds < 5


def test_a_caller_who_never_reads_is_let_go(server: Running) -> None:
    def open_files() -> int:
        return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))

    time.sleep(0.1)
    before = open_files()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(POST + b"content-length: 8\r\n\r\n50000000")
        time.sleep(0.3)
        assert open_files() == before + 1
        deadline = time.monotonic() + 10
        while open_files() > before:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_answers_of_many_callers_are_not_mixed_up(server: Running) -> None:
    def call(number: int) -> bool:
        reply = server.post("x" * number, X_Request_Id=f"n-{number}")
        return bool(reply.json == number and reply.headers["x-request-id"] == f"n-{number}")

    with concurrent.futures.ThreadPoolExecutor(16) as callers:
        assert all(callers.map(call, range(400)))


def test_answers_do_not_wait_for_acknowledgements(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        begun = time.monotonic()
        for _ in range(20):
            connection.sendall(POST + b"content-length: 3\r\n\r\n[1]")
            assert b" 200 " in connection.recv(65536)
        assert time.monotonic() - begun < 20 * 0.04


def test_connections_over_the_limit_are_503(server: Running) -> None:
    held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
    try:
        assert server.raw(POST).startswith(b"HTTP/1.1 503 ")
    finally:
        for connection in held:
            connection.close()


def test_a_full_queue_is_503_with_retry_after_and_ping_still_answers(start: Start) -> None:
    server = start(HANDLER, MODELYARD_QUEUE="1", MODELYARD_THREADS="1").wait_until_ready()
    with concurrent.futures.ThreadPoolExecutor(6) as callers:
        calls = [callers.submit(server.post, {"sleep": 0.5}) for _ in range(6)]
        time.sleep(0.2)
        assert server.ask("GET", "/ping").status == 200
        replies = [call.result() for call in calls]
    statuses = sorted(reply.status for reply in replies)
    assert statuses == [200, 200, 503, 503, 503, 503]
    assert all(reply.headers["retry-after"] == "1" for reply in replies if reply.status == 503)


def test_requests_over_the_limit_are_503(start: Start) -> None:
    server = start(HANDLER, MODELYARD_MAX_IN_FLIGHT="1").wait_until_ready()
    with concurrent.futures.ThreadPoolExecutor(2) as callers:
        first = callers.submit(server.post, {"sleep": 0.5})
        time.sleep(0.2)
        assert server.post([1]).status == 503
        assert first.result().status == 200


def test_large_bodies_together_are_bounded(start: Start) -> None:
    server = start(HANDLER, MODELYARD_MAX_BODY="4Mi", MODELYARD_MAX_BUFFERED="5Mi").wait_until_ready()
    with socket.create_connection(("127.0.0.1", server.port)) as first:
        first.sendall(POST + b"content-length: 4000000\r\n\r\n" + b"1" * 3_000_000)
        time.sleep(0.3)
        assert server.post("x" * 3_500_000).status == 503
    deadline = time.monotonic() + 5
    while server.post("x" * 3_500_000).status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_every_thread_stuck_is_not_ready(start: Start) -> None:
    server = start(HANDLER, MODELYARD_TIMEOUT="100ms", MODELYARD_THREADS="1").wait_until_ready()
    assert server.post({"sleep": 1.2}).status == 504
    time.sleep(0.3)
    assert server.ask("GET", "/ping").status == 503
    time.sleep(1.0)
    assert server.ask("GET", "/ping").status == 200

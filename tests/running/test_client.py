"""The client and the load against real sockets, whose other end does what a server should not."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from modelyard.running.client import Client, TooSlow, Unanswered
from modelyard.running.load import load
from modelyard.running.measure import one_by_one
from modelyard.running.wire import request

GET = request("GET", "/ping", "127.0.0.1")
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BAD = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
Talk = Callable[[socket.socket, int], None]


@contextlib.contextmanager
def server(talk: Talk) -> Iterator[tuple[int, list[int]]]:
    """A port, and the numbers of the connections so far; ``talk`` has each to itself."""
    accepted: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    accepted.append(len(accepted))
                    threading.Thread(target=one, args=(connection, accepted[-1]), daemon=True).start()

        def one(connection: socket.socket, number: int) -> None:
            with connection, contextlib.suppress(OSError):
                talk(connection, number)

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1], accepted
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def answers(reply: bytes, times: int = 10**9) -> Talk:
    def talk(connection: socket.socket, number: int) -> None:
        for _ in range(times):
            if not connection.recv(65536):
                return
            connection.sendall(reply)

    return talk


def silent(connection: socket.socket, number: int) -> None:
    connection.recv(65536)
    time.sleep(5)


def drips(connection: socket.socket, number: int) -> None:
    connection.recv(65536)
    for byte in GOOD * 5:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def hangs_up(connection: socket.socket, number: int) -> None:
    connection.recv(65536)


def test_one_connection_is_kept() -> None:
    with server(answers(GOOD)) as (port, accepted):
        client = Client("127.0.0.1", port, 5)
        assert [client.ask(GET).body for _ in range(5)] == [b"ok"] * 5
        client.close()
        assert accepted == [0]


def test_a_quiet_connection_that_was_closed_is_opened_again() -> None:
    with server(answers(GOOD, times=1)) as (port, accepted):
        client = Client("127.0.0.1", port, 5)
        client.ask(GET)
        time.sleep(0.05)
        assert client.ask(GET).status == 200
        client.close()
        assert accepted == [0, 1]


@pytest.mark.parametrize("talk", [silent, drips])
def test_the_time_is_that_of_the_whole_answer(talk: Talk) -> None:
    with server(talk) as (port, _):
        began = time.monotonic()
        with pytest.raises(TooSlow, match=r"no answer within 0\.4 s"):
            Client("127.0.0.1", port, 0.4).ask(GET)
        assert time.monotonic() - began < 2


def test_a_server_that_hangs_up_is_not_asked_again() -> None:
    with server(hangs_up) as (port, accepted):
        with pytest.raises(Unanswered, match="closed the connection without an answer"):
            Client("127.0.0.1", port, 5).ask(GET)
        assert accepted == [0]


def test_what_is_not_http() -> None:
    talk = answers(b"220 mail.example.com ESMTP\r\n\r\n", 1)
    with server(talk) as (port, _), pytest.raises(Unanswered, match="no proper HTTP answer"):
        Client("127.0.0.1", port, 5).ask(GET)


def test_nobody_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(Unanswered, match="could not be reached: Connection refused"):
            Client("127.0.0.1", bound.getsockname()[1], 5).ask(GET)


def test_a_load_is_bounded_in_connections_and_time() -> None:
    with server(answers(GOOD)) as (port, accepted):
        found = load("127.0.0.1", port, GET, connections=3, seconds=0.3)
        assert len(accepted) == 3
    assert found.failed == 0
    assert found.answered > 10
    assert 0.3 <= found.seconds < 1
    assert found.rate == found.answered / found.seconds


@pytest.mark.parametrize("talk", [answers(BAD), hangs_up, answers(b"?\r\n\r\n\r\n")])
def test_a_load_on_a_server_that_only_fails_ends_early(talk: Talk) -> None:
    with server(talk) as (port, _):
        found = load("127.0.0.1", port, GET, connections=2, seconds=30)
    assert found.answered == 0
    assert 0 < found.failed < 100
    assert found.seconds < 10


def test_a_load_on_nobody_ends_early() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        found = load("127.0.0.1", bound.getsockname()[1], GET, connections=2, seconds=30)
    assert found.answered == 0
    assert found.seconds < 10


def test_connections_that_are_closed_are_replaced() -> None:
    closing = GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with server(answers(closing, 1)) as (port, accepted):
        found = load("127.0.0.1", port, GET, connections=2, seconds=0.2)
        assert len(accepted) >= found.answered > 2
    assert found.failed == 0


def test_times_are_taken_after_a_warm_up() -> None:
    seen: list[int] = []

    def talk(connection: socket.socket, number: int) -> None:
        while connection.recv(65536):
            seen.append(number)
            if len(seen) == 1:
                time.sleep(0.3)  # a cold start
            connection.sendall(GOOD)

    with server(talk) as (port, _):
        client = Client("127.0.0.1", port, 5)
        found = one_by_one(client, GET, 30)
        client.close()
    assert (found.requests, len(seen)) == (30, 50)
    assert found.p99 < 0.3


def test_an_answer_that_turns_bad_is_no_figure() -> None:
    with server(answers(BAD)) as (port, _):
        client = Client("127.0.0.1", port, 5)
        with pytest.raises(Unanswered, match="status 503"):
            one_by_one(client, GET, 5)
        client.close()

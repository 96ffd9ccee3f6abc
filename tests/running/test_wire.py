"""HTTP as bytes: however they are cut, the same answer comes out, and what is none is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.running.wire import NotHttp, Reply, ReplyReader, request

BODIES = st.binary(max_size=300)


def read(data: bytes, cuts: list[int]) -> Reply | None:
    """What comes of the bytes when they arrive in pieces."""
    reader, last, reply = ReplyReader(), 0, None
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        reply = reader.feed(data[last:cut]) or reply
        last = cut
    return reply


@settings(max_examples=60)
@given(BODIES, st.lists(st.integers(0, 1000), max_size=5))
def test_a_body_with_a_length(body: bytes, cuts: list[int]) -> None:
    data = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-A: 1\r\nx-a: 2\r\n\r\n%s" % (len(body), body)
    assert read(data, cuts) == Reply(200, {"content-length": str(len(body)), "x-a": "1, 2"}, body, False)


@settings(max_examples=60)
@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5), st.lists(st.integers(0, 1000), max_size=5))
def test_a_body_in_chunks(chunks: list[bytes], cuts: list[int]) -> None:
    data = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
    data += b"".join(b"%x;name=value\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    data += b"0\r\nTrailer: 1\r\n\r\n"
    reply = read(data, cuts)
    assert reply is not None
    assert (reply.status, reply.body, reply.closes) == (201, b"".join(chunks), False)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_refused(data: bytes) -> None:
    reader = ReplyReader()
    try:
        reply = reader.feed(b"HTTP/1.1 200 OK\r\n" + data)
        if reply is None:
            reply = reader.end()
    except NotHttp:
        return
    assert reply.status == 200


def test_a_body_that_ends_with_the_connection() -> None:
    reader = ReplyReader()
    assert reader.feed(b"HTTP/1.0 200 OK\r\n\r\nab") is None
    assert reader.feed(b"c") is None
    assert reader.end() == Reply(200, {}, b"abc", True)


def test_a_sign_of_life_is_no_answer() -> None:
    data = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
    assert read(data, [7, 26]) == Reply(204, {}, b"", False)


@pytest.mark.parametrize(
    ("head", "closes"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n", False),
    ],
)
def test_whether_the_connection_can_be_kept(head: bytes, closes: bool) -> None:
    reply = read(head + b"\r\n", [])
    assert reply is not None
    assert reply.closes is closes


def test_more_than_was_asked_for_ends_the_connection() -> None:
    reply = read(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc", [])
    assert reply is not None
    assert (reply.body, reply.closes) == (b"a", True)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        b"x" * 70_000,
    ],
)
def test_what_is_no_answer(data: bytes) -> None:
    with pytest.raises(NotHttp):
        ReplyReader().feed(data)


def test_an_answer_that_is_cut_off() -> None:
    reader = ReplyReader()
    assert reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab") is None
    with pytest.raises(NotHttp, match="in the middle"):
        reader.end()


def test_a_request() -> None:
    assert request("POST", "/invocations", "127.0.0.1:80", b"{}", "application/json") == (
        b"POST /invocations HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept: */*\r\nUser-Agent: modelyard\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )
    assert b"Content-Length" not in request("GET", "/ping", "127.0.0.1:80")
    assert b"Content-Length: 0" in request("POST", "/invocations", "127.0.0.1:80")

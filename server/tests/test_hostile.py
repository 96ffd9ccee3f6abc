"""What a caller can send that a server must not stumble over, and cannot be made to log or count."""

from __future__ import annotations

import json
import socket
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import Start
from running import Running

HANDLER = """
    import asyncio, json, logging
    from modelyard_server import RequestError

    def input_fn(body, content_type):
        return json.loads(body)

    def predict_fn(data, model, context):
        if isinstance(data, dict):
            if "fail" in data: raise ValueError("cannot read " + data["fail"])
            if "refuse" in data: raise RequestError(422, ValueError(data["refuse"]))
            if "log" in data: logging.getLogger("mine").warning("%s", data["log"])
            if data.get("raise") == "cancel": raise asyncio.CancelledError
            if data.get("raise") == "key": raise KeyboardInterrupt
        return data
"""
ECHO = """
    def predict_fn(data, model): return data
"""
POST = b"POST /invocations HTTP/1.1\r\nhost: x\r\n"
OFFER = POST + b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"
LAST = POST + b"connection: close\r\ncontent-length: 3\r\n\r\n[2]"


@pytest.fixture(scope="module")
def server(shared: Start) -> Running:
    return shared(HANDLER, MODELYARD_BODY_TIMEOUT="400ms", MODELYARD_MAX_HEADERS="4096")


@pytest.fixture(scope="module")
def echo(shared: Start) -> Running:
    return shared(ECHO, MODELYARD_INLINE="never")


def bodies(received: bytes) -> list[bytes]:
    """The bodies of answers that came one after the other."""
    found = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        found.append(rest[:length])
        received = rest[length:]
    return found


@pytest.mark.parametrize(
    "pieces",
    [
        (OFFER + b"content-length: 3\r\n\r\n[1]", LAST),
        (OFFER + b"content-length: 3\r\n\r\n", b"[1]", LAST),
        (OFFER + b"content-length: 3\r\n\r\n[", b"1]" + LAST),
        (OFFER[:60], OFFER[60:] + b"content-length: 3\r\n\r\n[1]" + LAST),
        (OFFER + b"transfer-encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n", LAST),
        (OFFER.replace(b"h2c", b"websocket") + b"content-length: 3\r\n\r\n[1]", LAST),
    ],
)
def test_an_offer_of_another_protocol_is_answered_in_this_one(
    server: Running, pieces: tuple[bytes, ...]
) -> None:
    """As Java's HTTP client does with every first request. Its body is no request of its own."""
    assert bodies(server.raw(*pieces, pause=0.05)) == [b"[1]", b"[2]"]


def test_many_offers_at_once_are_cut_like_any_pipeline(server: Running) -> None:
    received = server.raw((OFFER + b"content-length: 3\r\n\r\n[1]") * 500)
    assert received.count(b"HTTP/1.1 200 ") <= 17
    assert server.post([1]).json == [1]


def test_a_broken_request_is_not_answered_in_place_of_the_one_before(start: Start) -> None:
    slow = start(
        """
        import time
        def predict_fn(data, model):
            time.sleep(0.3)
            return data
        """
    ).wait_until_ready()
    assert b" 400 " not in slow.raw(
        POST + b"content-length: 3\r\n\r\n[1]", b"GET ? HTTP/1.1\r\n\r\n", pause=0.1
    )


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (POST + b"a: " + b"b" * 5000, 431),
        (POST + b"content-length: 5\r\n\r\n1", 408),
        (b"DELETE /ping HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 405),
        (b"POST /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 405),
    ],
)
def test_every_error_has_a_sentence_and_an_id(server: Running, request_: bytes, status: int) -> None:
    received = server.raw(request_)
    assert received.startswith(b"HTTP/1.1 %d " % status)
    error = json.loads(bodies(received)[0])
    assert error["error"]
    assert error["request_id"]


def test_refused_connections_are_counted(server: Running) -> None:
    server.raw(b"nonsense\r\n\r\n")
    server.raw(POST + b"a: " + b"b" * 5000)
    families = {
        f.name: f for f in text_string_to_metric_families(server.ask("GET", "/metrics").body.decode())
    }
    refused = {sample.labels["status"] for sample in families["modelyard_connections_refused"].samples}
    assert {"400", "431"} <= refused


def test_callers_cannot_make_series(start: Start) -> None:
    server = start(ECHO, MODELYARD_MULTI_MODEL="true").wait_until_ready()

    def series() -> int:
        text = server.ask("GET", "/metrics").body.decode()
        return sum(len(f.samples) for f in text_string_to_metric_families(text) if f.name[:5] == "model")

    def provoke(number: int) -> None:
        server.ask("GET", f"/path{number}")
        server.post(1, f"/models/name{number}/invoke")
        server.ask("DELETE", f"/models/name{number}")
        server.post(1, X_Amzn_SageMaker_Target_Model=f"target{number}")

    provoke(0)
    series()
    before = series()
    for number in range(1, 20):
        provoke(number)
    assert series() == before


def test_half_a_surrogate_pair_fails_nothing_but_its_request(server: Running) -> None:
    """JSON can say it, Python's str can hold it, UTF-8 cannot."""
    reply = server.ask("POST", "/invocations", rb'{"fail": "\ud800"}', {"x-request-id": "half"})
    assert (reply.status, reply.json["request_id"]) == (500, "half")
    assert "\\ud800" in server.wait_for_line("handler_failed", "half")["traceback"]
    reply = server.ask("POST", "/invocations", rb'{"refuse": "\ud800"}')
    assert (reply.status, reply.json["error"]) == (422, "\\ud800")
    assert (
        server.ask("POST", "/invocations", rb'{"log": "\ud800\n{}"}').status == 500
    )  # it cannot be answered
    assert server.wait_for_event("mine")["message"] == "\\ud800\n{}"
    for line in server.log.read_bytes().splitlines():
        json.loads(line)


@pytest.mark.parametrize("what", ["cancel", "key"])
@pytest.mark.parametrize("kind", ["on the loop", "async"])
def test_nothing_that_a_handler_raises_is_more_than_a_500(start: Start, what: str, kind: str) -> None:
    handler = HANDLER.replace("def predict_fn", "async def predict_fn") if kind == "async" else HANDLER
    server = start(handler).wait_until_ready()
    for _ in range(80):
        server.post(1)
    assert server.post({"raise": what}, X_Request_Id="raised").json == {
        "error": "the model failed",
        "request_id": "raised",
    }
    assert server.wait_for_line("handler_failed", "raised")["stage"] == "predict_fn"


def test_an_npy_header_of_blanks_is_refused_at_once(echo: Running) -> None:
    """Where a run of blanks can be read in two ways, one that fails at its end takes all ways of all runs."""
    blanks = " " * 1300
    header = f"{{'descr': '<f8'{blanks}'fortran_order': False{blanks}'shape': (3,){blanks}x".encode()
    body = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    begun = time.monotonic()
    assert echo.ask("POST", "/invocations", body, {"content-type": "application/x-npy"}).status == 400
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("body", "accept"),
    [
        (b'{"predictions": [1, 2]}', "text/csv"),
        (b'[{"a": 1}]', "text/csv"),
        (b'{"a": 1}', "application/x-npy"),
        (b"[1]", "application/octet-stream"),
    ],
)
def test_a_prediction_that_has_no_such_form_is_406(echo: Running, body: bytes, accept: str) -> None:
    reply = echo.ask("POST", "/invocations", body, {"accept": accept})
    assert (reply.status, reply.json["error"]) == (406, f"this prediction cannot be written as {accept}")


def test_csv_may_begin_with_a_byte_order_mark(echo: Running) -> None:
    reply = echo.ask("POST", "/invocations", "\ufeff1,2\r\n".encode(), {"content-type": "text/csv"})
    assert reply.json == [[1.0, 2.0]]


def test_slow_callers_do_not_keep_ping_waiting(echo: Running) -> None:
    held = [socket.create_connection(("127.0.0.1", echo.port)) for _ in range(100)]
    try:
        for connection in held:
            connection.sendall(POST + b"x: ")
        begun = time.monotonic()
        assert echo.ask("GET", "/ping").status == 200
        assert time.monotonic() - begun < 2
    finally:
        for connection in held:
            connection.close()

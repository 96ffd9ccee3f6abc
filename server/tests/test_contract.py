"""The container contract: what each route answers, with which status, in which media type."""

from __future__ import annotations

import io

import numpy as np
import pytest

from conftest import Start
from running import Running

ECHO = """
    import asyncio, time
    from modelyard_server import RequestError

    def model_fn(model_dir):
        return {"dir": model_dir}

    def predict_fn(data, model, context):
        if isinstance(data, dict):
            if "sleep" in data: time.sleep(data["sleep"])
            if "refuse" in data: raise RequestError(422, data["refuse"])
            if "fail" in data: raise ValueError("the secret is 42")
            if "exit" in data: raise SystemExit(3)
            if "loop" in data: return asyncio.run(asyncio.sleep(0, "ran"))
            if "attributes" in data:
                context.set_response_header(0, "X-Amzn-SageMaker-Custom-Attributes", data["attributes"])
                return context.custom_attributes
            if "return" in data: return eval(data["return"])
        return data
"""


@pytest.fixture(scope="module")
def server(shared: Start) -> Running:
    return shared(ECHO, MODELYARD_TIMEOUT="1s", MODELYARD_MAX_BODY="1Mi")


def test_ping_is_empty_and_200(server: Running) -> None:
    reply = server.ask("GET", "/ping")
    assert (reply.status, reply.body) == (200, b"")


def test_json_in_json_out(server: Running) -> None:
    reply = server.post({"a": [1, 2.5, None]})
    assert (reply.status, reply.json, reply.headers["content-type"]) == (
        200,
        {"a": [1, 2.5, None]},
        "application/json",
    )


def test_csv_in_csv_out(server: Running) -> None:
    kind = {"content-type": "text/csv", "accept": "text/csv"}
    reply = server.ask("POST", "/invocations", b'1,2.5,"a,b"\r\n3,x_1,1_0\n', kind)
    assert (reply.status, reply.body) == (200, b'1.0,2.5,"a,b"\n3.0,x_1,1_0\n')


def test_npy_in_npy_out(server: Running) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)[:, ::2]
    buffer = io.BytesIO()
    np.save(buffer, array)
    kind = "application/x-npy"
    reply = server.ask("POST", "/invocations", buffer.getvalue(), {"content-type": kind, "accept": kind})
    assert reply.status == 200
    assert np.array_equal(np.load(io.BytesIO(reply.body), allow_pickle=False), array)
    assert (
        server.ask("POST", "/invocations", buffer.getvalue(), {"content-type": kind}).json == array.tolist()
    )


def test_text_and_octets(server: Running) -> None:
    text = {"content-type": "text/plain; charset=UTF-8", "accept": "text/plain"}
    assert server.ask("POST", "/invocations", "grüß".encode(), text).body.decode() == "grüß"
    octets = {"content-type": "application/octet-stream", "accept": "application/octet-stream"}
    assert server.ask("POST", "/invocations", b"\x00\xff", octets).body == b"\x00\xff"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[NaN]"),
        ("application/json", b'"\xff"'),
        ("application/json", b""),
        ("application/json", b"[" * 100_000),
        ("text/csv", b'1,"2'),
        ("text/csv", b"\xff"),
        ("text/plain", b"\xff"),
        ("application/x-npy", b"\x93NUMPY"),
        ("application/x-npy", b"PK\x03\x04"),
    ],
)
def test_a_malformed_body_is_400(server: Running, kind: str, body: bytes) -> None:
    reply = server.ask("POST", "/invocations", body, {"content-type": kind})
    assert reply.status == 400
    assert set(reply.json) == {"error", "request_id"}


def npy(shape: str, descr: str = "'<f8'", data: bytes = b"") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data


@pytest.mark.parametrize(
    "body",
    [
        npy("(1000000000000,)"),
        npy("(2,)", data=b"\0" * 15),
        npy("(2,)", data=b"\0" * 17),
        npy("(-1,)"),
        npy("(1,)", "'|O'", b"\0" * 8),
        npy("(1,)", "'|V0'"),
        npy("(0," + "99999999999," * 40 + ")"),
        npy("(" * 500),
        npy("(2,)", "__import__('os')"),
        npy("(True,)", data=b"\0" * 8)[:-20],
    ],
)
def test_an_npy_bomb_is_400(server: Running, body: bytes) -> None:
    assert server.ask("POST", "/invocations", body, {"content-type": "application/x-npy"}).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/x-npz"},
        {"content-type": "json"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "text/plain; charset=utf-16"},
    ],
)
def test_what_is_not_read_is_415(server: Running, headers: dict[str, str]) -> None:
    assert server.ask("POST", "/invocations", b"{}", headers).status == 415


def test_what_is_not_written_is_406(server: Running) -> None:
    assert server.post(1, accept="image/png").status == 406
    assert server.post(1, accept="application/json;q=0, */*;q=0").status == 406
    assert server.post(1, accept="image/png, */*;q=0.1").status == 200


def test_no_content_type_means_json(server: Running) -> None:
    assert server.ask("POST", "/invocations", b"[1]").json == [1]


def test_a_large_body_is_413_declared_or_not(server: Running) -> None:
    big = b"1" * (2**20 + 1)
    declared = server.ask("POST", "/invocations", big, {"content-type": "text/plain"})
    assert (declared.status, declared.headers["connection"]) == (413, "close")
    chunked = b"".join(b"10000\r\n" + b"1" * 65536 + b"\r\n" for _ in range(20)) + b"0\r\n\r\n"
    head = b"POST /invocations HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    assert server.raw(head, chunked).startswith(b"HTTP/1.1 413 ")
    assert server.post("x" * (2**20 - 2)).status == 200


def test_chunked_bodies_are_read(server: Running) -> None:
    head = b"POST /invocations HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    answer = server.raw(head, b"1\r\n[\r\n", b"2\r\n1]\r\n", b"0\r\n\r\n", pause=0.02)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n[1]")


def test_a_slow_model_is_504_and_the_next_request_works(server: Running) -> None:
    reply = server.post({"sleep": 1.3})
    assert reply.status == 504
    assert "1 seconds" in reply.json["error"]
    assert server.post(7).json == 7


def test_a_handler_may_refuse(server: Running) -> None:
    reply = server.post({"refuse": "'age' must be positive"})
    assert (reply.status, reply.json["error"]) == (422, "'age' must be positive")


@pytest.mark.parametrize("how", ["fail", "exit"])
def test_a_failing_handler_is_500_with_an_id_and_the_log_has_the_rest(server: Running, how: str) -> None:
    reply = server.post({how: 1}, X_Request_Id=f"id-{how}")
    assert (reply.status, reply.json) == (500, {"error": "the model failed", "request_id": f"id-{how}"})
    line = next(line for line in server.events("handler_failed") if line["request_id"] == f"id-{how}")
    assert line["stage"] == "predict_fn"
    assert "in predict_fn" in line["traceback"]


def test_what_cannot_be_written_is_500(server: Running) -> None:
    assert server.post({"return": "object()"}).status == 500
    assert server.post({"return": "b'x'"}).status == 500
    assert server.post({"return": "[float('nan')]"}).json == [None]


def test_custom_attributes_go_both_ways(server: Running) -> None:
    name = "X-Amzn-SageMaker-Custom-Attributes"
    reply = server.ask("POST", "/invocations", b'{"attributes": "back"}', {name: "there"})
    assert (reply.json, reply.headers[name.lower()]) == ("there", "back")
    assert server.post({"attributes": "a\r\nset-cookie: b"}).status == 500


def test_the_request_id_comes_back(server: Running) -> None:
    assert server.post(1, X_Request_Id="abc-1").headers["x-request-id"] == "abc-1"
    made = [server.post(1, X_Request_Id="no blanks here").headers["x-request-id"] for _ in range(2)]
    assert made[0] != made[1]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/invocations", 405),
        ("POST", "/ping", 405),
        ("HEAD", "/ping", 200),
        ("GET", "/nothing", 404),
        ("GET", "/models", 404),
        ("GET", "/metrics", 200),
    ],
)
def test_routes(server: Running, method: str, path: str, status: int) -> None:
    assert server.ask(method, path).status == status


def test_metrics_count_requests(server: Running) -> None:
    server.post(1)
    text = server.ask("GET", "/metrics").body.decode()
    assert 'modelyard_requests_total{route="/invocations",status="200"}' in text
    assert 'modelyard_handler_seconds_bucket{le="+Inf",model="model"}' in text
    assert "modelyard_ready 1.0" in text
    assert "process_resident_memory_bytes" in text


def test_the_log_has_one_line_for_each_request_and_no_body(server: Running) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    server.post({"remark": "hunter2"}, X_Request_Id="logged", traceparent=trace)
    line = server.wait_for_line("request", "logged")
    assert (line["status"], line["route"], line["bytes_in"]) == (200, "/invocations", 21)
    assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert "hunter2" not in server.log.read_text()


def test_quick_calls_move_to_the_loop_and_asyncio_run_works_there(start: Start) -> None:
    server = start(ECHO).wait_until_ready()
    for _ in range(100):
        server.post(1)
    assert "modelyard_inline 1.0" in server.ask("GET", "/metrics").body.decode()
    assert server.post({"loop": 1}).json == "ran"
    server.post({"sleep": 0.15})
    assert "modelyard_inline 0.0" in server.ask("GET", "/metrics").body.decode()

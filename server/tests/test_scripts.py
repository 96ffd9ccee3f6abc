"""Script mode: what a handler module may look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Start

ASYNC = """
    import asyncio, threading
    async def model_fn(model_dir): return "model"
    def input_fn(body, content_type, context): return [type(body).__name__, content_type]
    async def predict_fn(data, model):
        await asyncio.sleep(0)
        if "sleep" in model_of(data): await asyncio.sleep(5)
        return [*data, model, threading.current_thread() is threading.main_thread()]
    def model_of(data): return data[1]
    async def output_fn(prediction, accept):
        return repr(prediction), "text/plain"
"""
TRANSFORM = """
    def model_fn(model_dir): return "m"
    def transform_fn(model, body, content_type, accept):
        return f"{model} {body!r} {content_type} {accept}", "text/html"
"""
CLASSIC = """
    import json
    def model_fn(model_dir, context): return context.system_properties["model_dir"]
    def input_fn(body, content_type):
        return json.loads(body) if content_type == "application/json" else body
    def predict_fn(data, model): return {"data": str(data), "model": model}
    def output_fn(prediction, accept, context):
        context.set_response_content_type(0, "application/x-own")
        return json.dumps(prediction)
"""


def test_async_stages_run_on_the_loop_and_plain_ones_elsewhere(start: Start) -> None:
    server = start(ASYNC, MODELYARD_TIMEOUT="500ms").wait_until_ready()
    reply = server.ask("POST", "/invocations", b"x", {"content-type": "image/png"})
    assert (reply.body, reply.headers["content-type"]) == (
        b"['bytes', 'image/png', 'model', True]",
        "text/plain",
    )
    assert server.post({}).body.startswith(b"['str', 'application/json'")
    assert server.ask("POST", "/invocations", b"x", {"content-type": "x/sleep"}).status == 504


def test_transform_fn(start: Start) -> None:
    server = start(TRANSFORM).wait_until_ready()
    reply = server.ask("POST", "/invocations", b"1,2", {"content-type": "text/csv", "accept": "text/html"})
    assert (reply.body, reply.headers["content-type"]) == (b"m '1,2' text/csv text/html", "text/html")
    assert server.ask("POST", "/invocations", b"\xff", {"content-type": "text/csv"}).status == 400


def test_functions_as_in_the_toolkit(start: Start) -> None:
    server = start(CLASSIC).wait_until_ready()
    reply = server.post([1])
    assert reply.json == {"data": "[1]", "model": str(server.model_dir)}
    assert reply.headers["content-type"] == "application/x-own"
    assert server.post("{").status == 200
    octets = server.ask("POST", "/invocations", b"\xff", {"content-type": "image/png", "accept": "image/png"})
    assert octets.json["data"] == "b'\\xff'"


@pytest.mark.parametrize(
    "handler",
    [
        "class M:\n    def predict(self, rows): return list(map(sum, rows))\ndef model_fn(d): return M()",
        "def model_fn(d): return lambda rows: [sum(row) for row in rows]",
        "def predict_fn(rows, model): return [sum(row) for row in rows]",
        "class P:\n    async def __call__(self, rows, model): return list(map(sum, rows))\npredict_fn = P()",
    ],
)
def test_what_may_be_left_out(start: Start, handler: str) -> None:
    assert start(handler).wait_until_ready().post([[1, 2], [3, 4]]).json == [3, 7]


def test_warm_up_and_neighbours(start: Start, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "neighbour.py").write_text("STEPS = []\n")
    server = start(
        """
        from neighbour import STEPS
        def pre_model_fn(model_dir): STEPS.append("pre")
        def model_fn(model_dir): STEPS.append("model"); return STEPS
        def model_warmup_fn(model_dir, model): model.append("warm")
        def predict_fn(data, model): return model
        """
    ).wait_until_ready()
    assert server.post(0).json == ["pre", "model", "warm"]


def test_the_handlers_own_logging_is_json_too(start: Start) -> None:
    server = start(
        """
        import logging
        def predict_fn(data, model):
            logging.getLogger("mine").warning("seen %s rows", len(data))
            return 1
        """
    ).wait_until_ready()
    server.post([1, 2])
    assert server.wait_for_event("mine")["message"] == "seen 2 rows"

"""shelf-vision: right digits, sane forecasts, the port that the platform gives, and no silent fallback."""

from __future__ import annotations

from pathlib import Path

from tests.examples.conftest import Weights
from tests.examples.harness import STATS, STOP_SECONDS, VISION, Server, free_port, launched, running


def test_the_sample_digits_are_read(weights: Weights, tmp_path: Path) -> None:
    with running(VISION, weights(VISION), tmp_path / "log") as server:
        answer = server.ask("POST", "/invocations", VISION.sample).document
    assert [prediction["digit"] for prediction in answer["predictions"]] == [3, 7]
    assert answer["device"] == "cpu"


def test_without_a_gpu_the_default_device_stops_with_advice(weights: Weights, tmp_path: Path) -> None:
    with launched(VISION, weights(VISION), tmp_path / "log", {"DEVICE": "cuda"}) as server:
        assert server.process.wait(STOP_SECONDS) == 1
    assert "DEVICE=cpu" in server.log
    assert "Traceback" not in server.log


def test_both_listen_where_sagemaker_says(weights: Weights, tmp_path: Path) -> None:
    for example in (VISION, STATS):
        port = free_port()
        env = {"SAGEMAKER_BIND_TO_PORT": str(port)}
        with launched(example, weights(example), tmp_path / "log", env) as server:
            Server(server.process, port, tmp_path / "log").wait_until_ready()


def test_a_promotion_empties_a_shelf_sooner(weights: Weights, tmp_path: Path) -> None:
    plain = b'{"sku": "a", "items": 10, "hour": 12, "weekday": 2, "promotion": false, "price": 50}'
    body = b'{"shelves": [' + plain + b"," + plain.replace(b"false", b"true") + b"]}"
    with running(STATS, weights(STATS), tmp_path / "log") as server:
        usual, promoted = server.ask("POST", "/invocations", body).document["forecasts"]
    assert promoted["hours_to_empty"] < usual["hours_to_empty"]

"""iris-classifier: weights from S3, checked, and a drain that finishes what was begun."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.conftest import Weights
from tests.examples.harness import IRIS, STOP_SECONDS, launched, local_s3, running

BUCKET, KEY = "acme-models", "iris/model.json"


@pytest.fixture(scope="module")
def s3(weights: Weights) -> Iterator[dict[str, str]]:
    """A local S3 that holds the weights; gives the environment that leads boto3 to it."""
    with local_s3("eu-west-1") as (env, client):
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        client.put_object(Bucket=BUCKET, Key=KEY, Body=(weights(IRIS) / "model.json").read_bytes())
        yield env


def recorded() -> str:
    return (IRIS.path / "weights.sha256").read_text().split()[0]


def test_weights_are_fetched_from_s3_and_checked(s3: dict[str, str], tmp_path: Path) -> None:
    env = {**s3, "MODEL_S3_URI": f"s3://{BUCKET}/{KEY}", "MODEL_SHA256": recorded()}
    with running(IRIS, tmp_path / "nothing-mounted", tmp_path / "log", env) as server:
        labels = [p["label"] for p in server.ask("POST", "/invocations", IRIS.sample).document["predictions"]]
    assert labels == ["setosa", "virginica"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"MODEL_SHA256": hashlib.sha256(b"other").hexdigest()}, "expected"),
        ({"MODEL_SHA256": ""}, "needs MODEL_SHA256"),
        ({"MODEL_S3_URI": f"s3://{BUCKET}/absent"}, "NoSuchKey"),
        ({"MODEL_S3_URI": "https://elsewhere/model.json"}, "not an s3://"),
    ],
    ids=["altered", "unchecked", "absent", "not-s3"],
)
def test_weights_that_cannot_be_trusted_are_refused(
    s3: dict[str, str], tmp_path: Path, change: dict[str, str], expected: str
) -> None:
    env = {**s3, "MODEL_S3_URI": f"s3://{BUCKET}/{KEY}", "MODEL_SHA256": recorded(), **change}
    with launched(IRIS, tmp_path, tmp_path / "log", env) as server:
        assert server.process.wait(STOP_SECONDS) == 1
    assert expected in server.log
    assert "Traceback" not in server.log


def test_a_mounted_file_that_was_altered_is_refused(tmp_path: Path, weights: Weights) -> None:
    (tmp_path / "model.json").write_bytes((weights(IRIS) / "model.json").read_bytes() + b" ")
    with launched(IRIS, tmp_path, tmp_path / "log", {"MODEL_SHA256": recorded()}) as server:
        assert server.process.wait(STOP_SECONDS) == 1
    assert "sha256 is" in server.log


def test_a_request_in_flight_is_answered_after_sigterm(weights: Weights, tmp_path: Path) -> None:
    with running(IRIS, weights(IRIS), tmp_path / "log") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as half:
            head = f"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: {len(IRIS.sample)}\r\n\r\n"
            half.sendall(head.encode())
            time.sleep(0.3)  # the handler is now waiting for the body
            server.process.terminate()
            time.sleep(0.7)  # the drain has begun: the listening loop looks every half second
            assert server.process.poll() is None
            half.sendall(IRIS.sample)
            answer = half.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"setosa" in answer
        assert server.process.wait(STOP_SECONDS) == 0

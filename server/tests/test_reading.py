"""Where models and weights are read from: links, other spellings of a path, and loads that take long."""

from __future__ import annotations

import asyncio
import concurrent.futures
import hashlib
import json
import time
from pathlib import Path

import pytest

from conftest import Start
from modelyard_server.errors import RequestError
from modelyard_server.metrics import Metrics
from modelyard_server.store import ModelStore
from modelyard_server.weights import Weight, below
from running import launch

HANDLER = """
    import os, time
    def model_fn(model_dir):
        if os.path.exists(model_dir + "/slow"): time.sleep(2)
        return model_dir
    def predict_fn(data, model): return data
"""
MIB = 2**20


def listed(path: Path, content: bytes) -> str:
    return json.dumps([{"path": str(path), "sha256": hashlib.sha256(content).hexdigest()}])


@pytest.mark.parametrize("linked", ["root", "model", "file", "nothing"])
def test_weights_are_verified_over_links(start: Start, tmp_path: Path, linked: str) -> None:
    """What is loaded is a real path; what is listed may be another one for the same file."""
    real = tmp_path / "real"
    (real / "a").mkdir(parents=True)
    (real / "a" / "w.bin").write_bytes(b"replaced")
    root = tmp_path / "volume"
    if linked == "root":
        root.symlink_to(real)
    elif linked == "model":
        (real / "b").symlink_to("a")
    elif linked == "file":
        (real / "a" / "w.bin").rename(tmp_path / "blob")
        (real / "a" / "w.bin").symlink_to(tmp_path / "blob")
    root = root if linked == "root" else real
    name = "b" if linked == "model" else "a"
    server = start(
        HANDLER,
        MODELYARD_MULTI_MODEL="true",
        MODELYARD_MODELS_DIR=str(root),
        MODELYARD_WEIGHTS=listed(root / name / "w.bin", b"reviewed"),
    ).wait_until_ready()
    assert server.post(1, f"/models/{name}/invoke").status == 500
    (real / "a" / "w.bin").write_bytes(b"reviewed")
    assert server.post(1, f"/models/{name}/invoke").status == 200


def test_weights_beside_the_models_folder_are_verified_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "shared.bin").write_bytes(b"replaced")
    weights = listed(tmp_path / "models" / ".." / "shared.bin", b"reviewed")
    server = launch(tmp_path, HANDLER, {"MODELYARD_MULTI_MODEL": "true", "MODELYARD_WEIGHTS": weights})
    assert server.exit_code() == 78


def test_what_is_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "ab").mkdir()
    names = ["a/w", "a/deep/w", "ab/w", "a/../ab/w", "ab/../a/w", "w"]
    weights = tuple(Weight(tmp_path / name, name) for name in names)
    found = [weight.sha256 for weight in below(weights, str(tmp_path / "a"))]
    assert found == ["a/w", "a/deep/w", "ab/../a/w"]


def store(root: Path, load: object, budget: int = 100 * MIB) -> ModelStore:
    return ModelStore(str(root), budget, 1.0, load, Metrics(), evict=True)  # type: ignore[arg-type]


def test_a_load_that_ends_while_another_caller_looks_for_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    async def load(folder: str) -> str:
        return folder

    async def scenario() -> None:
        models = store(tmp_path, load)
        confined = models._confined

        def slowly(url: str) -> str:
            folder = confined(url)
            time.sleep(0.3)
            return folder

        first = asyncio.create_task(models.ensure("a", 5))
        await asyncio.sleep(0)
        models._confined = slowly  # type: ignore[method-assign]
        second = asyncio.create_task(models.ensure("a", 5))
        assert (await first) is (await second)
        with pytest.raises(RequestError) as refused:
            await models.load("a", str(tmp_path / "a"))
        assert refused.value.status == 409

    asyncio.run(scenario())


def test_a_model_behind_links_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "models" / "a").mkdir(parents=True)
    (tmp_path / "blob").write_bytes(b"1" * MIB * 3)
    (tmp_path / "models" / "a" / "w.bin").symlink_to(tmp_path / "blob")
    (tmp_path / "models" / "a" / "again.bin").symlink_to(tmp_path / "blob")
    (tmp_path / "models" / "a" / "nowhere").symlink_to(tmp_path / "nothing")

    async def load(folder: str) -> str:
        return folder

    async def refused(budget: int) -> int | None:
        try:
            await store(tmp_path / "models", load, budget).ensure("a", 5)
        except RequestError as error:
            return error.status
        return None

    assert asyncio.run(refused(2 * MIB)) == 507
    assert asyncio.run(refused(50 * MIB)) is None


def test_looking_at_a_model_is_no_use_of_it(start: Start) -> None:
    limits = {"MODELYARD_MODEL_MEMORY": "28Mi", "MODELYARD_MODEL_MEMORY_FACTOR": "1"}
    server = start(HANDLER, MODELYARD_MULTI_MODEL="true", **limits).wait_until_ready()
    for name in "abcd":
        (server.root / "models" / name).mkdir()
        with (server.root / "models" / name / "w").open("wb") as file:
            file.truncate(8 * MIB)
    for name in "abc":
        assert server.post(1, f"/models/{name}/invoke").status == 200
    assert server.ask("GET", "/models/a").status == 200
    assert server.post(1, "/models/d/invoke").status == 200
    assert server.ask("GET", "/models/a").status == 404


def test_nobody_waits_for_a_load_for_longer_than_the_time_limit(start: Start) -> None:
    server = start(HANDLER, MODELYARD_MULTI_MODEL="true", MODELYARD_TIMEOUT="500ms").wait_until_ready()
    for name in "ab":
        (server.root / "models" / name).mkdir()
    (server.root / "models" / "a" / "slow").touch()
    with concurrent.futures.ThreadPoolExecutor(2) as callers:
        begun = time.monotonic()
        waiting = [callers.submit(server.post, 1, "/models/a/invoke")]
        time.sleep(0.3)  # or b is loaded first, and answers
        waiting.append(callers.submit(server.post, 1, "/models/b/invoke"))
        for reply in (future.result() for future in waiting):
            assert (reply.status, reply.headers.get("retry-after")) == (503, "1"), reply
        assert time.monotonic() - begun < 1.9, "the load takes 2"
    time.sleep(2)
    assert server.post(1, "/models/a/invoke").status == 200  # the load went on

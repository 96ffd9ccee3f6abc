"""The multi-model API: load, list, show, invoke, unload; and memory that is bounded."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import time
from pathlib import Path

import pytest

from conftest import Start
from running import Running

MIB = 2**20
HANDLER = """
    import os, time
    def model_fn(model_dir):
        with open(os.path.dirname(os.path.dirname(model_dir)) + "/loads", "a") as file:
            file.write(model_dir + "\\n")
        if os.path.exists(model_dir + "/slow"): time.sleep(0.5)
        if os.path.exists(model_dir + "/broken"): raise ValueError("broken weights")
        return os.path.basename(os.path.dirname(model_dir))
    def predict_fn(data, model, context):
        if data: time.sleep(data)
        return {"model": model, "target": context.header("X-Amzn-SageMaker-Target-Model")}
"""
# 8 MiB for each model, and room for three: what the process grows by in between is less than the 4 MiB left.
LIMITED = {"MODELYARD_MODEL_MEMORY": "28Mi", "MODELYARD_MODEL_MEMORY_FACTOR": "1"}


def add(server: Running, name: str, *, size: int = 8 * MIB, mark: str = "") -> str:
    folder = server.root / "models" / name / "model"
    folder.mkdir(parents=True)
    with (folder / "weights.bin").open("wb") as file:
        file.truncate(size)
    if mark:
        (folder / mark).touch()
    return str(folder)


def load(server: Running, name: str, url: str) -> int:
    return server.post({"model_name": name, "url": url}, "/models").status


def loaded(server: Running) -> list[str]:
    return [model["modelName"] for model in server.ask("GET", "/models").json["models"]]


@pytest.fixture
def caller(start: Start) -> Running:
    """As on SageMaker, which loads and unloads itself."""
    return start(HANDLER, SAGEMAKER_MULTI_MODEL="true", **LIMITED).wait_until_ready()


@pytest.fixture
def server(start: Start) -> Running:
    """As elsewhere: the server loads what is asked for, and unloads what was not used for longest."""
    return start(HANDLER, MODELYARD_MULTI_MODEL="true", **LIMITED).wait_until_ready()


def test_the_whole_contract(caller: Running) -> None:
    url = add(caller, "a")
    assert caller.ask("GET", "/models").json == {"models": []}
    assert caller.post(0, "/models/a/invoke").status == 404
    assert load(caller, "a", url) == 200
    assert load(caller, "a", url) == 409
    described = {"modelName": "a", "modelUrl": url}
    assert caller.ask("GET", "/models").json == {"models": [described]}
    assert caller.ask("GET", "/models/a").json == described
    header = {"X_Amzn_SageMaker_Target_Model": "a.tar.gz"}
    assert caller.post(0, "/models/a/invoke", **header).json == {"model": "a", "target": "a.tar.gz"}
    assert caller.post(0, "/invocations", **header).json["model"] == "a"
    assert caller.post(0, "/invocations").status == 400
    assert caller.ask("DELETE", "/models/a").status == 200
    assert caller.ask("DELETE", "/models/a").status == 404
    assert caller.ask("GET", "/models/a").status == 404


def test_other_methods_and_paths(caller: Running) -> None:
    for call in ("PUT /models", "POST /models/a", "GET /models/a/invoke", "GET /models/a/b", "POST /models/"):
        method, path = call.split()
        assert caller.ask(method, path, b"{}").status in {400, 404, 405}, call


def test_names_and_places_are_confined(caller: Running, tmp_path: Path) -> None:
    url = add(caller, "a")
    outside = tmp_path / "outside"
    outside.mkdir()
    (caller.root / "models" / "link").symlink_to(outside)
    for name in ("", ".", "..", "../a", "a/b", "a\0", "a\n", "-", "x" * 256):
        assert load(caller, name, url) == 400, name
    models = f"{caller.root}/models"
    for place in (
        str(outside),
        f"{models}/../outside",
        f"{models}/link",
        models,
        "/",
        "",
        "a",
        "file:///etc",
    ):
        assert load(caller, "a", place) == 400, place
    assert load(caller, "a", f"{models}/none") == 404
    assert caller.post({"model_name": 1, "url": url}, "/models").status == 400
    assert caller.ask("POST", "/models", b"[").status == 400
    assert caller.ask("GET", "/models/..%2f..%2fetc").status == 404


def test_no_memory_is_507_where_the_caller_manages(caller: Running) -> None:
    for name in "abc":
        assert load(caller, name, add(caller, name)) == 200
    assert load(caller, "d", add(caller, "d")) == 507
    assert loaded(caller) == ["a", "b", "c"]
    assert caller.ask("DELETE", "/models/b").status == 200
    assert load(caller, "d", str(caller.root / "models/d/model")) == 200


def test_the_least_recently_used_makes_room(server: Running) -> None:
    for name in "abcd":
        add(server, name)
    for name in "abcab":
        assert server.post(0, f"/models/{name}/invoke").json["model"] == name
    assert server.post(0, "/models/d/invoke").status == 200
    assert loaded(server) == ["a", "b", "d"]
    assert server.post(0, "/models/c/invoke").status == 200
    assert "modelyard_model_evictions_total 2.0" in server.ask("GET", "/metrics").body.decode()


def test_a_model_that_never_fits_unloads_nobody(server: Running) -> None:
    add(server, "a")
    add(server, "huge", size=64 * MIB)
    assert server.post(0, "/models/a/invoke").status == 200
    assert server.post(0, "/models/huge/invoke").status == 507
    assert loaded(server) == ["a"]


def test_a_model_in_use_is_not_unloaded_for_another(server: Running) -> None:
    for name in "abcd":
        add(server, name)
    with concurrent.futures.ThreadPoolExecutor(1) as other:
        call = other.submit(server.post, 1.0, "/models/a/invoke")
        server.wait_until_ready()
        for name in "bcd":
            time.sleep(0.1)
            assert server.post(0, f"/models/{name}/invoke").status == 200
        assert loaded(server) == ["a", "c", "d"]
        assert call.result().json["model"] == "a"


def test_concurrent_loads_are_one(server: Running) -> None:
    add(server, "a", mark="slow")
    with concurrent.futures.ThreadPoolExecutor(8) as callers:
        replies = list(callers.map(lambda _: server.post(0, "/models/a/invoke").status, range(8)))
    assert replies == [200] * 8
    assert (server.root / "models" / "loads").read_text().count("\n") == 1


def test_unloading_waits_for_requests(caller: Running) -> None:
    load(caller, "a", add(caller, "a"))
    with concurrent.futures.ThreadPoolExecutor(2) as callers:
        call = callers.submit(caller.post, 0.8, "/models/a/invoke")
        time.sleep(0.3)
        removal = callers.submit(caller.ask, "DELETE", "/models/a")
        time.sleep(0.2)
        assert not removal.done()
        assert caller.post(0, "/models/a/invoke").status == 404
        assert call.result().status == 200
        assert removal.result().status == 200


def test_unloading_gives_up_waiting_but_unloads(start: Start) -> None:
    server = start(HANDLER, SAGEMAKER_MULTI_MODEL="true", MODELYARD_TIMEOUT="300ms").wait_until_ready()
    load(server, "a", add(server, "a"))
    assert server.post(1.2, "/models/a/invoke").status == 504
    assert server.ask("DELETE", "/models/a").status == 503
    assert "modelyard_models_loaded 1.0" in server.ask("GET", "/metrics").body.decode()
    time.sleep(1.0)
    assert "modelyard_models_loaded 0.0" in server.ask("GET", "/metrics").body.decode()


def test_a_broken_model_is_500_and_the_next_works(server: Running) -> None:
    add(server, "bad", mark="broken")
    add(server, "good")
    assert server.post(0, "/models/bad/invoke").json["error"] == "the model could not be loaded"
    assert server.post(0, "/models/good/invoke").status == 200
    assert "broken weights" in server.events("model_not_loaded")[0]["traceback"]


def test_weights_below_the_models_folder_are_verified_when_loaded(start: Start, tmp_path: Path) -> None:
    right, wrong = hashlib.sha256(b"\0" * MIB).hexdigest(), "0" * 64
    weights = [
        {"path": str(tmp_path / "models" / name / "model" / "weights.bin"), "sha256": digest}
        for name, digest in (("a", right), ("b", wrong))
    ]
    server = start(
        HANDLER, MODELYARD_MULTI_MODEL="true", MODELYARD_WEIGHTS=json.dumps(weights)
    ).wait_until_ready()
    add(server, "a", size=MIB)
    add(server, "b", size=MIB)
    assert server.post(0, "/models/a/invoke").status == 200
    assert server.post(0, "/models/b/invoke").status == 500
    assert server.ask("GET", "/ping").status == 200
    assert "/b/" not in (server.root / "models" / "loads").read_text()


def test_pages(start: Start) -> None:
    server = start(HANDLER, SAGEMAKER_MULTI_MODEL="true", MODELYARD_MODEL_MEMORY="2Gi").wait_until_ready()
    names = [f"m{number:03d}" for number in range(103)]
    for name in names:
        assert load(server, name, add(server, name, size=1)) == 200
    first = server.ask("GET", "/models").json
    assert [model["modelName"] for model in first["models"]] == names[:100]
    second = server.ask("GET", f"/models?next_page_token={first['nextPageToken']}").json
    assert [model["modelName"] for model in second["models"]] == names[100:]
    assert "nextPageToken" not in second
    assert server.ask("GET", "/models?next_page_token=../x").status == 400


def test_memory_comes_back(start: Start) -> None:
    """Thirty loads of models that really take 16 MiB, in a budget of 40: the process stays small."""
    handler = """
        def model_fn(model_dir): return bytearray(16 * 2**20)
        def predict_fn(data, model): return len(model)
    """
    settings = {"MODELYARD_MODEL_MEMORY": "40Mi", "MODELYARD_MULTI_MODEL": "true"}
    server = start(handler, **settings).wait_until_ready()
    for number in range(30):
        add(server, f"m{number}", size=1)
        assert server.post(0, f"/models/m{number}/invoke").json == 16 * MIB
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024
    assert peak < 200 * MIB

"""menu-recommender: many models behind one server, by SageMaker's multi-model API and by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.conftest import Weights
from tests.examples.harness import MENU, Server, running

TARGET = {"X_Amzn_SageMaker_Target_Model": "quiapo"}


@pytest.fixture
def server(weights: Weights, tmp_path: Path) -> Iterator[Server]:
    with running(MENU, weights(MENU), tmp_path / "log", {"MAX_LOADED_MODELS": "2"}) as started:
        yield started


def order(name: str, url: str) -> bytes:
    return json.dumps({"model_name": name, "url": url}).encode()


def loaded(server: Server) -> list[str]:
    return [model["modelName"] for model in server.ask("GET", "/models").document["models"]]


def test_the_header_chooses_the_store_over_the_body(server: Server) -> None:
    assert server.ask("POST", "/invocations", MENU.sample).document["store"] == "makati"
    assert server.ask("POST", "/invocations", MENU.sample, **TARGET).document["store"] == "quiapo"


def test_the_least_recently_used_model_makes_room(server: Server) -> None:
    for store in ("makati", "quiapo", "makati", "binondo"):
        assert server.ask("POST", f"/models/{store}/invoke", b'{"basket": []}').status == 200
    assert loaded(server) == ["makati", "binondo"]


def test_the_multi_model_api(server: Server, weights: Weights) -> None:
    folders = {store: str(weights(MENU) / store) for store in ("makati", "quiapo", "binondo")}
    assert server.ask("POST", "/models", order("m1", folders["makati"])).status == 200
    assert server.ask("POST", "/models", order("m1", folders["makati"])).status == 409
    assert server.ask("GET", "/models/m1").document == {"modelName": "m1", "modelUrl": folders["makati"]}
    assert server.ask("POST", "/models/m1/invoke", b'{"basket": ["adobo"]}').document["store"] == "makati"
    assert server.ask("POST", "/models", order("m2", folders["quiapo"])).status == 200
    assert server.ask("POST", "/models", order("m3", folders["binondo"])).status == 507
    assert server.ask("DELETE", "/models/m1").status == 200
    assert server.ask("DELETE", "/models/m1").status == 404
    assert server.ask("POST", "/models", order("m3", folders["binondo"])).status == 200
    assert loaded(server) == ["m2", "m3"]


@pytest.mark.parametrize("name", ["..", "%2e%2e", "%2e%2e%2fsecret", "a%00b", "x" * 5000, "nowhere"])
def test_names_cannot_leave_the_folder(server: Server, name: str) -> None:
    assert server.ask("POST", f"/models/{name}/invoke", b'{"basket": []}').status == 404


@pytest.mark.parametrize("url", ["/etc", "/", "..", "a\x00b", "x" * 5000])
def test_urls_cannot_leave_the_folder(server: Server, url: str) -> None:
    assert server.ask("POST", "/models", order("m1", url)).status == 404
    assert loaded(server) == []


def test_a_damaged_model_fails_alone(weights: Weights, tmp_path: Path) -> None:
    root = tmp_path / "models"
    for store, text in (("good", (weights(MENU) / "makati/model.json").read_text()), ("bad", "{}")):
        (root / store).mkdir(parents=True)
        (root / store / "model.json").write_text(text)
    with running(MENU, root, tmp_path / "log") as server:
        assert server.ask("POST", "/models/bad/invoke", b'{"basket": []}').status == 500
        assert server.ask("POST", "/models/good/invoke", b'{"basket": []}').status == 200

"""Rendered ECS task definitions, run for real: order of start, secrets, health, users, limits and the end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.containers.serving import invoke
from tests.support.containers import ecs_runner, ecs_task, inside
from tests.support.containers.builds import Built
from tests.support.containers.ecs_task import Task
from tests.support.containers.engine import Engine
from tests.support.containers.orders import orders
from tests.support.containers.repository import Repository
from tests.support.containers.s3 import Storage
from tests.support.containers.seeds import Seeds

pytestmark = pytest.mark.containers
MIB = 1 << 20
SECRETS = {name: f"made-up-{name}" for name in ("DB_PASSWORD", "API_TOKEN")}


def task(rendered: Repository, model: str) -> Task:
    return ecs_task.read(json.loads(rendered.task_definition(model).read_text()))


def check(run: ecs_runner.RunningTask, name: str, memory: int, shares: int) -> dict[str, Any]:
    """That user, privileges and limits are in force in a container; gives what else was seen."""
    facts = inside.ask(run.engine, run.container(name))
    assert (facts.user, facts.capabilities) == ((10001, 10001), {0})
    assert (facts.said["no_new_privileges"], facts.memory) == (True, memory * MIB)
    if run.engine.v1:  # version 2 has weights on another scale
        assert facts.shares == shares
    assert {folder for folder in facts.said["touch"] if facts.writable(folder)} == {"/tmp"}
    assert facts.said["tmp"] == 64 * MIB
    assert "catatonit" in facts.said["first"] or "init" in facts.said["first"]
    return facts.said


@pytest.mark.needs("menu-recommender")
def test_many_models_in_one_container(
    containers: Engine, rendered: Repository, built: Built, seeds_of: Seeds, storage: Storage
) -> None:
    built("menu-recommender")
    seeds_of.fill("menu-recommender", storage.seed)
    with ecs_runner.running(containers, task(rendered, "menu-recommender"), storage=storage) as run:
        run.wait_until_healthy()
        assert list(run.started) == ["prepare", "model"]
        invoke(rendered, "menu-recommender", run.ports[8080])
        check(run, "model", memory=1024, shares=512)
        assert run.stop()["model"] == 0


@pytest.mark.needs("shelf-vision/vision", "shelf-vision/stats")
def test_two_essential_containers(
    containers: Engine, rendered: Repository, built: Built, seeds_of: Seeds, storage: Storage
) -> None:
    for name in ("vision", "stats"):
        built(f"shelf-vision/{name}")
    seeds_of.fill("shelf-vision", storage.seed)
    with ecs_runner.running(containers, task(rendered, "shelf-vision"), storage=storage) as run:
        run.wait_until_healthy()
        for name, port in (("vision", 8080), ("stats", 8081)):
            invoke(rendered, f"shelf-vision/{name}", run.ports[port])
        check(run, "vision", memory=8192, shares=2048)
        check(run, "stats", memory=1024, shares=512)
        assert set(run.stop().values()) == {0}


@pytest.mark.needs("fraud-scorer")
def test_sidecars_and_secrets(
    containers: Engine, rendered: Repository, built: Built, seeds_of: Seeds, storage: Storage
) -> None:
    built("fraud-scorer")
    seeds_of.fill("fraud-scorer", storage.seed)
    fraud = task(rendered, "fraud-scorer")
    with ecs_runner.running(containers, fraud, secrets=SECRETS, storage=storage) as run:
        run.wait_until_healthy()
        assert list(run.started).index("logs") < list(run.started).index("model")
        invoke(rendered, "fraud-scorer", run.ports[8080])
        said = check(run, "model", memory=2048, shares=1024)
        assert {name: said["environ"][name] for name in SECRETS} == SECRETS
        check(run, "otel", memory=128, shares=66)
        assert run.stop()["model"] == 0
        sidecar = [json.loads(line) for line in run.log("otel").splitlines()]
        assert {"path": "/v1/traces", "score": True} in [
            {key: line[key] for key in ("path", "score")} for line in sidecar if "path" in line
        ]
        assert not any(secret in run.log(name) for secret in SECRETS.values() for name in run.started)


def test_a_secret_that_nobody_gave_is_an_error(
    containers: Engine, rendered: Repository, storage: Storage
) -> None:
    missing = pytest.raises(ecs_task.Unsupported, match="no value was given for the secret API_TOKEN")
    alone = [one for one in task(rendered, "fraud-scorer").containers if one.name == "model"]
    lonely = replace(task(rendered, "fraud-scorer"), containers=(replace(alone[0], depends_on=()),))
    with missing, ecs_runner.running(containers, lonely, secrets={"DB_PASSWORD": "x"}):
        pass
    assert not any(containers.left().values())


@pytest.mark.needs("feature-builder")
def test_a_job_runs_to_its_end(
    containers: Engine, rendered: Repository, built: Built, storage: Storage
) -> None:
    built("feature-builder")
    orders(rendered, storage.seed / "acme-orders/daily/orders.parquet")
    with ecs_runner.running(containers, task(rendered, "feature-builder"), storage=storage) as run:
        code = run.wait_until_ended("model")
        assert code == 0, run.log("model")
    names = [key.rpartition("/")[2] for key in storage.stored("acme-features")]
    assert names == ["_done.json", "features.parquet"]


@pytest.mark.needs("menu-recommender")
def test_a_server_without_its_weights_stops_the_task(
    containers: Engine, rendered: Repository, built: Built, storage: Storage
) -> None:
    built("menu-recommender")
    menu = task(rendered, "menu-recommender")
    stopped = pytest.raises(ecs_runner.TaskStopped, match="prepare ended with")
    with stopped, ecs_runner.running(containers, menu, storage=storage):
        pass
    assert not any(containers.left().values())

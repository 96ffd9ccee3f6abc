"""The reader of task definitions loses nothing: what it does not know is an error. No engine is needed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.containers.ecs_health import Health
from tests.support.containers.ecs_task import HealthCheck, Unsupported, read
from tests.support.containers.repository import ROOT

RENDERED = sorted(
    [
        *ROOT.glob("environments/*/rendered/*/ecs/*/task-definition.json"),
        *ROOT.glob("tests/golden/ecs/*/expected/**/task-definition.json"),
    ]
)
# Of all that is rendered, what cannot be run on a machine without AWS.
ELSEWHERE = ("resourceRequirements", "efsVolumeConfiguration", "configuredAtLaunch")
DEFINITION = ROOT / "environments/dev/rendered/fraud-scorer/ecs/eu-west-1/task-definition.json"


def objects(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the objects of a document are whose fields the API defines (options of a log driver are free)."""
    if isinstance(node, dict):
        yield path
        for key, value in node.items():
            if key not in ("logConfiguration", "firelensConfiguration", "tags"):
                yield from objects(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from objects(value, (*path, number))


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_everything_rendered_is_read_or_refused_by_name(path: Path) -> None:
    document = json.loads(path.read_text())
    if any(field in path.read_text() for field in ELSEWHERE):
        with pytest.raises(Unsupported, match="|".join(ELSEWHERE)):
            read(document)
    else:
        names = [item["name"] for item in document["containerDefinitions"]]
        assert [container.name for container in read(document).containers] == names


def test_a_new_field_anywhere_is_an_error() -> None:
    original = json.loads(DEFINITION.read_text())
    places = list(objects(original))
    assert len(places) >= 40
    for place in places:
        document = copy.deepcopy(original)
        node = document
        for step in place:
            node = node[step]
        node["surprise"] = 1
        with pytest.raises(Unsupported, match="surprise"):
            read(document)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("dependsOn", [{"containerName": "nobody", "condition": "START"}], "no container nobody"),
        ("dependsOn", [{"containerName": "otel", "condition": "HEALTHY"}], "no health check"),
        ("dependsOn", [{"containerName": "otel", "condition": "LATER"}], "condition: LATER"),
        ("mountPoints", [{"sourceVolume": "none", "containerPath": "/x"}], "no volume none"),
        ("portMappings", [{"containerPort": 1, "hostPort": 2}], "in awsvpc"),
        ("portMappings", [{"containerPort": 1, "protocol": "udp"}], "only tcp"),
        ("healthCheck", {"command": ["NONE"]}, "neither CMD nor CMD-SHELL"),
    ],
)
def test_what_cannot_be_is_refused(field: str, value: object, expected: str) -> None:
    document = json.loads(DEFINITION.read_text())
    document["containerDefinitions"][0][field] = value
    with pytest.raises(Unsupported, match=expected):
        read(document)


def test_health_is_what_ecs_makes_of_the_results() -> None:
    health = Health(HealthCheck(("true",), retries=3, start_period=60))
    assert [health.observe(False, age) for age in (0, 30, 59)] == ["UNKNOWN"] * 3
    assert health.observe(True, 59.5) == "HEALTHY"
    assert [health.observe(False, 61), health.observe(False, 62)] == ["HEALTHY"] * 2
    assert health.observe(True, 63) == "HEALTHY"
    assert [health.observe(False, age) for age in (64, 65, 66)] == ["HEALTHY", "HEALTHY", "UNHEALTHY"]


def test_failures_count_after_the_start_period() -> None:
    health = Health(HealthCheck(("true",), retries=2, start_period=5))
    assert [health.observe(False, age) for age in (4, 5, 6)] == ["UNKNOWN", "UNKNOWN", "UNHEALTHY"]

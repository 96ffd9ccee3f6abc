"""What AWS's own descriptions say of the rendered ECS files.

Every file of the golden cases and of the repository's own environments is held against three judges:
botocore's model of the API with its enums, maxima and patterns; cfn-lint; and a server that registers
the task definition and describes it again.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelyard.targets.ecs.task_definition import SEAL_TAG
from tests.support.botocore_shapes import objections

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/golden/ecs/*/expected/environments/*/rendered/*/ecs", "environments/*/rendered/*/ecs")


def rendered(name: str) -> list[Path]:
    return sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/{name}"))


DEFINITIONS = rendered("task-definition.json")
STACKS = rendered("stack.yaml")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def load(path: Path) -> Any:
    return json.loads(path.read_text()) if path.suffix == ".json" else yaml.safe_load(path.read_text())


def test_there_is_something_to_judge() -> None:
    assert len(DEFINITIONS) >= 13
    assert len(DEFINITIONS) == len(STACKS)


@functools.cache
def register_input() -> Any:
    import botocore.session

    model = botocore.session.get_session().get_service_model("ecs")
    return model.operation_model("RegisterTaskDefinition").input_shape


@pytest.mark.parametrize("path", DEFINITIONS, ids=named)
def test_the_api_takes_the_task_definition(path: Path) -> None:
    assert list(objections(load(path), register_input(), "$")) == []


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"cpu": 1024}, "is no string"),
        ({"networkMode": "awsvcp"}, "is none of"),
        ({"famliy": "x"}, "there is no famliy"),
        ({"tags": [{"key": "x" * 200, "value": "y"}]}, "is more than 128"),
        ({"containerDefinitions": [{"essential": 1}]}, "is no boolean"),
    ],
)
def test_this_judge_is_awake(change: dict[str, Any], objection: str) -> None:
    found = list(objections({**load(DEFINITIONS[0]), **change}, register_input(), "$"))
    assert len(found) == 1
    assert objection in found[0]


RANGES = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "startPeriod": (0, 300)}


@pytest.mark.parametrize("path", DEFINITIONS, ids=named)
def test_what_the_model_only_says_in_words(path: Path) -> None:
    """Bounds and relations that neither botocore's model nor cfn-lint knows (ECS developer guide)."""
    definition = load(path)
    assert len(path.read_bytes()) <= 65536
    parts = {part["name"]: part for part in definition["containerDefinitions"]}
    assert len(parts) == len(definition["containerDefinitions"])
    assert sum(part.get("cpu", 0) for part in parts.values()) <= int(definition["cpu"])
    assert sum(part.get("memory", 0) for part in parts.values()) <= int(definition["memory"])
    assert 21 <= definition.get("ephemeralStorage", {"sizeInGiB": 21})["sizeInGiB"] <= 200
    assert any(part["essential"] for part in parts.values())
    volumes = {volume["name"] for volume in definition.get("volumes", [])}
    fargate = definition["requiresCompatibilities"] == ["FARGATE"]
    for part in parts.values():
        for key, (low, high) in RANGES.items():
            assert low <= part.get("healthCheck", {}).get(key, low) <= high
        assert {mount["sourceVolume"] for mount in part.get("mountPoints", [])} <= volumes
        for wanted in part.get("dependsOn", []):
            other = parts[wanted["containerName"]]
            assert wanted["condition"] != "HEALTHY" or "healthCheck" in other
            assert wanted["condition"] != "SUCCESS" or not other["essential"]
        if fargate:
            assert 2 <= part.get("stopTimeout", 2) <= 120
            assert "resourceRequirements" not in part
            assert "sharedMemorySize" not in part["linuxParameters"]
        for secret in part.get("secrets", []):
            assert re.fullmatch(
                r"arn:aws:(ssm:.*:parameter/.+|secretsmanager:.*:secret:[^:]+(:[^:]*::)?)",
                secret["valueFrom"],
            )


@pytest.mark.parametrize("path", STACKS, ids=named)
def test_cfn_lint_has_nothing_to_say(path: Path) -> None:
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    region = path.parent.name
    matches = lint(path.read_text(), config=ManualArgs(regions=[region]))
    assert [f"{match.rule.id} {match.message}" for match in matches] == []


def test_cfn_lint_is_awake() -> None:
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    text = next(path for path in STACKS if "/minimal/" in path.as_posix()).read_text()
    matches = lint(text.replace('Cpu: "512"', 'Cpu: "500"'), config=ManualArgs(regions=["eu-west-1"]))
    assert {match.rule.id for match in matches} >= {"E3047"}


@pytest.mark.parametrize("path", DEFINITIONS, ids=named)
def test_the_stack_has_the_same_task_definition(path: Path) -> None:
    stack = load(path.with_name("stack.yaml"))
    definition = load(path)
    definition["tags"] = [tag for tag in definition["tags"] if tag["key"] != SEAL_TAG]
    roles = {
        key: "arn:aws:iam::{}:role/{}".format(
            definition["taskRoleArn"].split(":")[4], stack["Resources"][key]["Properties"]["RoleName"]
        )
        for key in ("TaskRole", "ExecutionRole")
    }
    properties = stack["Resources"]["TaskDefinition"]["Properties"]
    assert as_api(properties, register_input(), roles) == definition


def as_api(value: Any, shape: Any, roles: dict[str, str]) -> Any:
    """Properties of CloudFormation back in the API's spelling, led by the API's own member names."""
    if shape.type_name == "structure":
        members = {name.lower(): name for name in shape.members}
        return {
            members[key.lower()]: as_api(item, shape.members[members[key.lower()]], roles)
            for key, item in value.items()
        }
    if shape.type_name == "list":
        return [as_api(item, shape.member, roles) for item in value]
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        return roles[value["Fn::GetAtt"][0]]
    return value


@pytest.fixture(scope="module")
def ecs() -> Iterator[Any]:
    """A client of a server that speaks the ECS API on this machine."""
    import botocore.session
    from botocore.config import Config
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = botocore.session.get_session().create_client(
        "ecs",
        region_name="eu-west-1",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}),
    )
    yield client
    server.stop()


@pytest.mark.parametrize("path", DEFINITIONS, ids=named)
def test_it_comes_back_as_it_was_registered(path: Path, ecs: Any) -> None:
    definition = load(path)
    arn = ecs.register_task_definition(**definition)["taskDefinition"]["taskDefinitionArn"]
    described = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
    found = {**described["taskDefinition"], "tags": described["tags"]}
    for part in found["containerDefinitions"]:
        # Filled in by the server where the input leaves them out.
        for key, empty in (("cpu", 0), ("portMappings", []), ("mountPoints", []), ("environment", [])):
            if part.get(key) == empty:
                del part[key]
    for part in definition["containerDefinitions"]:
        for key in ("environment", "mountPoints"):
            if part.get(key) == []:
                del part[key]
    kept = {key: without_filling(found[key], value) for key, value in definition.items()}
    assert kept == definition


def without_filling(found: Any, given: Any) -> Any:
    """What came back, less the empty ``volumesFrom`` and the like that nobody sent."""
    if isinstance(found, dict) and isinstance(given, dict):
        return {
            key: without_filling(item, given.get(key)) for key, item in found.items() if key in given or item
        }
    if isinstance(found, list) and isinstance(given, list) and len(found) == len(given):
        return [without_filling(item, other) for item, other in zip(found, given, strict=True)]
    return found

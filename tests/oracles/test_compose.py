"""What Docker Compose itself says of the rendered compose files: the real program, without a daemon."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.artifact import Artifact, YamlStream
from modelyard.emit import serialise
from modelyard.spec.container import Dependency
from modelyard.targets.compose.interpolation import escaped
from modelyard.targets.compose.network import Sharing, sharing
from tests.support.repo import COMMON, lay, render

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "golden" / "compose"
RENDERED = sorted(
    [
        *CASES.glob("*/expected/environments/**/compose.yaml"),
        *ROOT.glob("environments/*/rendered/*/compose/compose.yaml"),
    ]
)
REQUIRED = re.compile(r"\$\{([A-Z_]+):\?")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def compose(path: Path, shell: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`docker compose config`: reads, interpolates, validates and normalises; exits 1 for what it refuses."""
    program = Path(sys.executable).with_name("docker-compose")
    command = [str(program), "-f", str(path), "config", "--format", "json"]
    clean = {"PATH": os.defpath, "HOME": str(path.parent), **shell}
    return subprocess.run(command, env=clean, capture_output=True, text=True, check=False)


def understood(path: Path, shell: dict[str, str]) -> Any:
    result = compose(path, shell)
    assert result.returncode == 0, result.stderr
    assert not result.stderr, "a warning"
    return json.loads(result.stdout)


def secrets(path: Path) -> dict[str, str]:
    """A value for every variable that the file requires."""
    return {name: f"value of {name}" for name in REQUIRED.findall(path.read_text())}


def test_there_is_something_to_judge() -> None:
    assert len(list(CASES.glob("*/expected/environments/**/compose.yaml"))) >= 6


@pytest.mark.parametrize("path", RENDERED, ids=named)
def test_compose_takes_the_file(path: Path) -> None:
    said = understood(path, secrets(path))
    written = yaml.safe_load(path.read_text())
    assert set(said["services"]) == set(written["services"])
    for service in said["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["user"].split(":")[0] not in {"0", "root", ""}
        assert int(service["mem_limit"]) > 0
        assert "privileged" not in service
        assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", []))
        assert all(mount["type"] in {"bind", "volume"} for mount in service.get("volumes", []))


@pytest.mark.parametrize("path", RENDERED, ids=named)
def test_a_missing_secret_stops_it_by_name(path: Path) -> None:
    wanted = secrets(path)
    for name in wanted:
        result = compose(path, {key: value for key, value in wanted.items() if key != name})
        assert result.returncode != 0
        assert f"set {name} to the " in result.stderr


def test_values_reach_the_container_as_they_were_written() -> None:
    path = CASES / "service/expected/environments/local/rendered/fraud-scorer/compose/compose.yaml"
    service = understood(path, {**secrets(path), "PORT": "7000", "AWS_REGION": "eu-west-1"})["services"][
        "model"
    ]
    # `config` writes a dollar sign as a compose file does.
    assert service["command"] == ["--title", "costs $$0.01, $${NOT_A_VARIABLE}"]
    assert service["environment"]["PRICE"] == "$$$$5"
    assert service["environment"]["TEMPLATE"] == "$${PLACE} #1\nsecond line"
    assert service["environment"]["DB_PASSWORD"] == "value of DB_PASSWORD"
    assert service["environment"]["AWS_REGION"] == "eu-west-1"
    assert service["environment"]["AWS_SESSION_TOKEN"] is None
    assert [port["published"] for port in service["ports"]] == ["7000", "9090"]
    assert float(service["cpus"]) == 1.5
    assert int(service["mem_limit"]) == 1500 * 2**20
    assert int(service["shm_size"]) == 64 * 2**20


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_paths_lead_into_the_repository(case: str, tmp_path: Path) -> None:
    repo = lay(tmp_path / "repo", COMMON, CASES / case / "input")
    render(repo)
    for path in repo.glob("environments/*/rendered/*/compose/**/compose.yaml"):
        for service in understood(path, secrets(path))["services"].values():
            if "build" in service:
                context = Path(service["build"]["context"])
                assert context.parent == repo / "models"
                assert context.is_dir()
                assert (context / service["build"]["dockerfile"]).is_file()
            for mount in service.get("volumes", []):
                if mount["type"] == "bind":
                    assert Path(mount["source"]).parents[-1 - len(repo.parts)] == repo / "models"
                    assert mount["bind"]["create_host_path"] is False


ODD = st.text(st.sampled_from(list("${}:?-+\\\"'#A a\n\t=é")), max_size=20)
VALUE = st.one_of(ODD, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(VALUE, min_size=1, max_size=40))
def test_no_value_becomes_a_variable(values: list[str], tmp_path: Path) -> None:
    environment = {f"V{number}": value for number, value in enumerate(values)}
    document = escaped(
        {"name": "t", "services": {"a": {"image": "i", "command": values, "environment": environment}}}
    )
    path = tmp_path / "compose.yaml"
    path.write_bytes(serialise(Artifact("compose.yaml", YamlStream((document,)), "models/t/model.yaml")))
    service = understood(path, {"A": "not this"})["services"]["a"]
    assert [text.replace("$$", "$") for text in service["command"]] == values
    assert {key: text.replace("$$", "$") for key, text in service["environment"].items()} == environment


@st.composite
def orders(draw: st.DrawFn) -> dict[str, dict[str, Dependency]]:
    """Containers that wait for each other in some order without a cycle; not all of them end."""
    names = [f"c{number}" for number in range(draw(st.integers(1, 7)))]
    rank = draw(st.permutations(names))
    ending = set(draw(st.lists(st.sampled_from(names), max_size=len(names) - 1)))
    how: dict[str, Dependency] = {name: "succeeded" if name in ending else "started" for name in names}
    found: dict[str, dict[str, Dependency]] = {}
    for name in names:
        earlier = rank[: rank.index(name)]
        chosen = draw(st.lists(st.sampled_from(earlier), max_size=3)) if earlier else []
        found[name] = {other: how[other] for other in chosen}
    return found


def waits_for(name: str, edges: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = set(edges[name])
    while todo:
        other = todo.pop()
        found.add(other)
        todo |= edges[other] - found
    return found


@settings(max_examples=200, deadline=None)
@given(orders())
def test_the_shared_address_makes_no_cycle(order: dict[str, dict[str, Dependency]]) -> None:
    ending = {name for waits in order.values() for name, how in waits.items() if how == "succeeded"}
    shared = sharing(order)
    edges = {
        name: set(waits) | ({shared.owner} if name in shared.joining else set())
        for name, waits in order.items()
    }
    assert all(name not in waits_for(name, edges) for name in order)
    assert shared.owner not in ending
    apart = set(order) - shared.joining - {shared.owner}
    assert apart <= ending, "whatever stays shares the address"


def test_the_primary_owns_the_address_where_it_can() -> None:
    assert sharing({"a": {}, "b": {}}) == Sharing("a", frozenset({"b"}))
    assert sharing({"a": {"m": "succeeded"}, "b": {}, "m": {}}) == Sharing("a", frozenset({"b"}))
    assert sharing({"a": {"b": "healthy"}, "b": {"m": "succeeded"}, "m": {}}) == Sharing(
        "b", frozenset({"a"})
    )


def test_compose_refuses_the_cycle_that_sharing_avoids(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    services = {"a": {"image": "i", "depends_on": ["b"]}, "b": {"image": "i", "network_mode": "service:a"}}
    path.write_text(yaml.safe_dump({"name": "t", "services": services}))
    result = compose(path, {})
    assert result.returncode != 0
    assert "cycle" in result.stderr

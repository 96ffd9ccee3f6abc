"""Who decides a value: the built-in default, the environment, the manifest, the override, in this order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.findings import Finding
from modelyard.resolve.workload import Workload
from tests.support.repo import COMMON
from tests.support.resolving import DIGEST, manifest, override, repository, resolve, workload

DEV = (COMMON / "environments/dev/environment.yaml").read_text().partition("defaults:")[0]
OWN = f"{{image: registry.example.com/side@{DIGEST}, essential: %s}}"


def service(item: Workload) -> Any:
    assert item.service is not None
    return item.service


# Field, what each layer says of it, what it is before anybody does, and how it is read.
FIELDS: list[tuple[str, tuple[str, ...], tuple[Any, ...], Callable[[Workload], Any]]] = [
    (
        "resources.cpu",
        *(("resources: {cpu: 1}", "resources: {cpu: 2}", "resources: {cpu: 3}"), (500, 1000, 2000, 3000)),
        lambda item: item.primary.resources.cpu.millicores,
    ),
    (
        "resources.storage",
        *(
            ("resources: {storage: 1Gi}", "resources: {storage: 2Gi}", "resources: {storage: 3Gi}"),
            ("None", "1Gi", "2Gi", "3Gi"),
        ),
        lambda item: str(item.primary.resources.storage),
    ),
    (
        "scaling.max",
        *(("scaling: {max: 2}", "scaling: {max: 3}", "scaling: {max: 1}"), (4, 2, 3, 1)),
        lambda item: service(item).scaling.max,
    ),
    (
        "scaling.scaleInCooldown",
        *(
            (
                "scaling: {scaleInCooldown: 1m}",
                "scaling: {scaleInCooldown: 2m}",
                "scaling: {scaleInCooldown: 90s}",
            ),
            (300, 60, 120, 90),
        ),
        lambda item: service(item).scaling.scale_in_cooldown.seconds,
    ),
    (
        "env",
        *(
            ("env: {A: env}", "env: {A: manifest}", "env: {A: override}"),
            (None, "env", "manifest", "override"),
        ),
        lambda item: item.primary.env.get("A"),
    ),
    (
        "labels",
        *(
            ("labels: {a: env}", "labels: {a: manifest}", "labels: {a: override}"),
            (None, "env", "manifest", "override"),
        ),
        lambda item: item.labels.get("a"),
    ),
    (
        "sidecars (flag)",
        *(
            tuple(f"sidecars: {{side: {OWN % flag}}}" for flag in ("true", "false", "true")),
            (None, True, False, True),
        ),
        lambda item: next((sidecar.spec.essential for sidecar in item.sidecars), None),
    ),
    (
        "network.allowTo (list)",
        *(
            tuple(f"network: {{allowTo: [{{cidr: 10.0.0.0/8, port: {port}}}]}}" for port in (1, 2, 3)),
            ((), (1,), (2,), (3,)),
        ),
        lambda item: tuple(one.port for one in item.network.allow_to),
    ),
    (
        "targets",
        *(
            tuple(f"targets: {{ecs: {{launchType: {kind}}}}}" for kind in ("FARGATE_SPOT", "EC2", "FARGATE")),
            ("FARGATE", "FARGATE_SPOT", "EC2", "FARGATE"),
        ),
        lambda item: getattr(item.settings["ecs"], "launch_type", None),
    ),
]


def resolved(root: Path, layers: tuple[str, ...], count: int) -> Workload:
    environment, own, above = (line if index < count else "" for index, line in enumerate(layers))
    targets = own.partition(": ")[2] if own.startswith("targets") else "{ecs: {}}"
    files = {
        "environments/dev/environment.yaml": f"{DEV}defaults:\n  {environment}\n" if environment else DEV
    }
    if above:
        files["environments/dev/overrides/echo.yaml"] = override(above)
    lines = () if own.startswith("targets") else (own,)
    return workload(repository(root, manifest(*lines, targets=targets), files))


@pytest.mark.parametrize(("name", "layers", "expected", "read"), FIELDS, ids=[name for name, *_ in FIELDS])
def test_the_last_layer_that_speaks_decides(
    tmp_path: Path,
    name: str,
    layers: tuple[str, ...],
    expected: tuple[Any, ...],
    read: Callable[[Workload], Any],
) -> None:
    assert len(set(map(str, expected))) >= 3, name
    for count, value in enumerate(expected):
        assert read(resolved(tmp_path / str(count), layers, count)) == value


def test_mappings_merge_and_lists_do_not(tmp_path: Path) -> None:
    files = {
        "environments/dev/environment.yaml": DEV + "defaults:\n  env: {A: env, B: env, C: env}\n",
        "environments/dev/overrides/echo.yaml": override(
            "env: {C: override, D: override}\nserve: {healthCommand: [x]}"
        ),
    }
    said = manifest("env: {B: manifest, C: manifest}", "serve: {healthCommand: [a, b, c]}")
    item = workload(repository(tmp_path, said, files))
    assert dict(item.primary.env) == {"A": "env", "B": "manifest", "C": "override", "D": "override"}
    assert item.primary.health_command == ("x",)


@pytest.mark.parametrize(
    ("said", "null", "read", "before", "after"),
    [
        (
            "env: {A: x, B: y}",
            "env: {A: null}",
            lambda item: dict(item.primary.env),
            {"A": "x", "B": "y"},
            {"B": "y"},
        ),
        (
            "resources: {cpu: 3}",
            "resources: {cpu: null}",
            lambda item: item.primary.resources.cpu.millicores,
            3000,
            500,
        ),
        (
            "resources: {cpu: 3}",
            "resources: null",
            lambda item: item.primary.resources.cpu.millicores,
            3000,
            500,
        ),
        ("scaling: {max: 3}", "scaling: {max: null}", lambda item: service(item).scaling.max, 3, 4),
        (
            "serve: {metrics: {port: 9090}}",
            "serve: {metrics: null}",
            lambda item: item.primary.serve.metrics is None,
            False,
            True,
        ),
        (
            f"sidecars: {{side: {OWN % 'true'}}}",
            "sidecars: {side: null}",
            lambda item: [sidecar.name for sidecar in item.sidecars],
            ["side"],
            [],
        ),
    ],
)
def test_null_in_an_override_takes_away(
    tmp_path: Path, said: str, null: str, read: Callable[[Workload], Any], before: Any, after: Any
) -> None:
    files = {"environments/dev/environment.yaml": DEV}
    assert read(workload(repository(tmp_path / "before", manifest(said), files))) == before
    files["environments/dev/overrides/echo.yaml"] = override(null)
    assert read(workload(repository(tmp_path / "after", manifest(said), files))) == after


def test_null_takes_away_what_the_environment_gave(tmp_path: Path) -> None:
    item = workload(
        repository(
            tmp_path, manifest(), {"environments/dev/overrides/echo.yaml": override("env: {LOG_LEVEL: null}")}
        )
    )
    assert "LOG_LEVEL" not in item.primary.env


def test_null_in_a_manifest_is_a_forgotten_value(tmp_path: Path) -> None:
    assert _rules(resolve(repository(tmp_path, manifest("env:", "serve: {port: null}")))[1]) == [
        "wrong-type",
        "wrong-type",
    ]


def test_an_override_cannot_take_away_what_must_be_there(tmp_path: Path) -> None:
    root = repository(tmp_path, manifest(), {"environments/dev/overrides/echo.yaml": override("owner: null")})
    (finding,) = resolve(root)[1]
    assert (finding.rule, finding.location.path) == ("missing-field", "environments/dev/overrides/echo.yaml")


def test_an_override_narrows_the_targets_in_its_environment_alone(tmp_path: Path) -> None:
    files = {"environments/dev/overrides/echo.yaml": override("targets: {ecs: null}")}
    resolved_model, findings = resolve(
        repository(tmp_path, manifest(targets="{ecs: {}, kubernetes: {}}"), files)
    )
    assert findings == []
    assert {item.place.label: sorted(item.settings) for item in resolved_model.workloads} == {
        "dev/eu-west-1": ["kubernetes"],
        "local": ["ecs", "kubernetes"],
    }


def test_an_override_that_adds_a_target_gets_what_the_environment_says_of_it(tmp_path: Path) -> None:
    files = {
        "environments/dev/environment.yaml": DEV + "defaults: {targets: {ecs: {launchType: EC2}}}\n",
        "environments/dev/overrides/echo.yaml": override("targets: {ecs: {}}"),
    }
    item = workload(repository(tmp_path, manifest(), files))
    assert getattr(item.settings["ecs"], "launch_type", None) == "EC2"


def test_defaults_of_targets_that_nobody_named_are_left_out(tmp_path: Path) -> None:
    files = {"environments/dev/environment.yaml": DEV + "defaults: {targets: {ecs: {launchType: EC2}}}\n"}
    assert list(workload(repository(tmp_path, manifest(), files)).settings) == ["kubernetes"]


def test_a_job_gets_no_scaling(tmp_path: Path) -> None:
    files = {"environments/dev/environment.yaml": DEV + "defaults: {scaling: {min: 2}, env: {A: x}}\n"}
    item = workload(repository(tmp_path, manifest(kind="Job"), files))
    assert item.job is not None
    assert item.primary.env == {"A": "x"}


TWO = """containers:
  front:
    image: {build: {base: python-3.12-slim, command: [front]}}
    serve: {}
    env: {A: front}
  back:
    image: {build: {base: python-3.12-slim, command: [back]}}
    resources: {cpu: 2}"""


def test_each_container_begins_with_what_the_model_has(tmp_path: Path) -> None:
    files = {
        "environments/dev/environment.yaml": DEV
        + "defaults: {env: {A: env, B: env}, resources: {memory: 3Gi}}\n",
        "environments/dev/overrides/echo.yaml": override(
            "env: {C: override}\ncontainers: {back: {env: {B: null, D: back}}}"
        ),
    }
    item = workload(
        repository(tmp_path, manifest("env: {C: model}", "resources: {cpu: 1}", image=TWO), files)
    )
    front, back = item.containers
    assert dict(front.env) == {"A": "front", "B": "env", "C": "override"}
    assert dict(back.env) == {"A": "env", "C": "override", "D": "back"}
    assert [part.resources.cpu.millicores for part in item.containers] == [1000, 2000]
    assert {str(part.resources.memory) for part in item.containers} == {"3Gi"}


def test_every_value_knows_who_said_it(tmp_path: Path) -> None:
    files = {"environments/dev/overrides/echo.yaml": override("resources: {cpu: 2}")}
    item = workload(repository(tmp_path, manifest("resources: {cpu: 1, memory: 2Gi}"), files))
    assert item.at("resources", "cpu").path == "environments/dev/overrides/echo.yaml"
    assert item.at("resources", "memory").path == "models/echo/model.yaml"
    assert item.at("env", "LOG_LEVEL").path == "environments/dev/environment.yaml"


def test_a_mistake_that_all_layers_share_is_said_once(tmp_path: Path) -> None:
    _, findings = resolve(repository(tmp_path, manifest("resources: {cpu: lots}", "serve: {prot: 80}")))
    assert _rules(findings) == ["malformed-value", "unknown-field"]


def _rules(findings: list[Finding]) -> list[str]:
    return sorted(finding.rule for finding in findings)

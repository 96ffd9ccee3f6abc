"""Environments that track releases run what was frozen, and nothing of what is at head."""

from __future__ import annotations

from pathlib import Path

from modelyard.pipeline.explain import explain
from tests.support.repo import render, tree
from tests.support.resolving import BUILD, DIGEST, manifest, override, release, repository, resolve

RELEASES = ("staging", "prod")


def released(root: Path, said: str, snapshot: str) -> Path:
    return repository(
        root, said, {f"environments/{env}/releases/echo.yaml": release(snapshot) for env in RELEASES}
    )


def rendered(root: Path) -> dict[str, bytes]:
    result = render(root)
    assert not result.all_findings, result.all_findings
    return dict(tree(root))


def test_an_edit_of_the_manifest_reaches_nothing_but_head(tmp_path: Path) -> None:
    snapshot = manifest("env: {WHICH: released}")
    before = rendered(released(tmp_path / "before", snapshot, snapshot))
    edited = manifest(
        "env: {WHICH: edited}",
        "resources: {cpu: 2}",
        image=BUILD.replace("3.12", "3.13"),
        targets="{ecs: {}}",
    )
    after = rendered(released(tmp_path / "after", edited, snapshot))
    frozen = {path: content for path, content in before.items() if path.split("/")[1] in RELEASES}
    assert frozen
    assert {path: content for path, content in after.items() if path.split("/")[1] in RELEASES} == frozen
    assert b"edited" in b"".join(after.values())
    assert not any(b"edited" in content for path, content in after.items() if path.split("/")[1] in RELEASES)


def test_a_release_names_its_digest_and_head_names_its_content(tmp_path: Path) -> None:
    resolved, findings = resolve(released(tmp_path, manifest(), manifest()))
    assert findings == []
    images = {item.place.label: item.primary.image for item in resolved.workloads}
    host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/models/echo"
    assert (
        images["prod/eu-west-1"]
        == images["prod/us-east-1"]
        == images["staging/eu-west-1"]
        == f"{host}@{DIGEST}"
    )
    tag = images["dev/eu-west-1"].removeprefix(f"{host}:in-")
    assert len(tag) == 16
    assert images["local"] == f"echo:in-{tag}"


def test_head_runs_the_digest_that_was_recorded_for_it(tmp_path: Path) -> None:
    recorded = release("x: y").partition("manifest:")[0]
    resolved, findings = resolve(
        repository(tmp_path, manifest(), {"environments/dev/releases/echo.yaml": recorded})
    )
    assert findings == []
    assert {item.place.label: "@" in item.primary.image for item in resolved.workloads} == {
        "dev/eu-west-1": True,
        "local": False,
    }


def test_without_a_release_nothing_runs_there(tmp_path: Path) -> None:
    resolved, findings = resolve(repository(tmp_path, manifest()))
    assert findings == []
    assert dict(resolved.skipped) == {"prod": "no release", "staging": "no release"}


def test_where_it_is_not_meant_for_no_release_is_missed(tmp_path: Path) -> None:
    resolved, findings = resolve(repository(tmp_path, manifest("environments: [dev, staging]")))
    assert findings == []
    skipped = {"local": "not meant for it", "prod": "not meant for it", "staging": "no release"}
    assert dict(resolved.skipped) == skipped


def test_a_release_stands_while_head_is_broken_but_nothing_is_written(tmp_path: Path) -> None:
    root = released(tmp_path, manifest("zzz: 1"), manifest())
    resolved, findings = resolve(root)
    assert [finding.rule for finding in findings] == ["unknown-field"]
    assert {item.place.environment for item in resolved.workloads} == {"staging", "prod"}
    assert render(root).errors
    assert dict(tree(root)) == {}


def test_an_override_is_laid_over_what_was_released(tmp_path: Path) -> None:
    root = released(tmp_path, manifest("env: {A: head}"), manifest("env: {A: released, B: released}"))
    (root / "environments/prod/overrides").mkdir()
    (root / "environments/prod/overrides/echo.yaml").write_text(override("env: {B: override}"))
    resolved, _ = resolve(root)
    env = {item.place.environment: dict(item.primary.env) for item in resolved.workloads}
    assert env["prod"] == {"A": "released", "B": "override", "LOG_LEVEL": "info"}
    assert env["staging"] == {"A": "released", "B": "released", "LOG_LEVEL": "info"}


def test_findings_in_a_snapshot_are_located_in_the_release(tmp_path: Path) -> None:
    _, findings = resolve(released(tmp_path, manifest(), manifest("resources: {cpu: lots}")))
    where = sorted(finding.location.path for finding in findings)
    assert where == ["environments/prod/releases/echo.yaml", "environments/staging/releases/echo.yaml"]


def test_explain_names_the_release(tmp_path: Path) -> None:
    root = released(tmp_path, manifest("resources: {cpu: 2}"), manifest("resources: {cpu: 1}"))
    rows, findings = explain(root, "echo", "prod", "us-east-1")
    assert findings == []
    assert rows is not None
    found = {row.field: (row.value, row.origin) for row in rows}
    assert found["resources.cpu"] == ("1", "environments/prod/releases/echo.yaml:13")
    assert found["resources.memory"] == ("1Gi", "built-in default")
    assert found["scaling.min"][1].startswith("environments/prod/environment.yaml:")
    assert found["image (effective)"][1] == "environments/prod/releases/echo.yaml"

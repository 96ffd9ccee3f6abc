"""Environments and what lies in their folders: what is read, what is refused, what belongs to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelyard.pipeline.owned import model_names
from modelyard.pipeline.result import RunResult
from tests.support.repo import render
from tests.support.resolving import manifest, override, release, repository, resolve

LAPTOP = """apiVersion: modelyard.dev/v1
kind: Environment
name: {}
description: A laptop.
tracks: head
platforms: {{compose: {{}}}}
"""


def rules(root: Path) -> list[str]:
    return [f"{item.location.path} {item.rule}" for item in resolve(root)[1]]


def test_a_broken_environment_is_not_an_unknown_one(tmp_path: Path) -> None:
    said = manifest("environments: [qa]", "regions: [ap-south-1]")
    broken = LAPTOP.format("qa").replace("tracks: head", "tracks: tail")
    root = repository(tmp_path, said, {"environments/qa/environment.yaml": broken})
    assert rules(root) == ["environments/qa/environment.yaml not-one-of"]


def test_an_environment_under_another_name_is_neither(tmp_path: Path) -> None:
    root = repository(
        tmp_path, manifest("environments: [qa]"), {"environments/qa/environment.yaml": LAPTOP.format("uat")}
    )
    assert rules(root) == ["environments/qa/environment.yaml name-differs-from-folder"]


def test_a_file_among_the_environments_is_none(tmp_path: Path) -> None:
    root = repository(tmp_path, manifest(), {"environments/README.md": "About.", "environments/.keep/x": ""})
    assert rules(root) == []


def test_names_that_differ_by_case_are_never_two_models(tmp_path: Path) -> None:
    for name, found in (("Echo", "malformed-value"), ("echo", "name-differs-from-folder")):
        root = repository(
            tmp_path / name,
            manifest(),
            {"models/Echo/model.yaml": manifest().replace("name: echo", f"name: {name}")},
        )
        assert model_names(root) == ["Echo", "echo"]
        _, findings = resolve(root, "Echo")
        assert [item.rule for item in findings] == [found]


STRAY = {
    "environments/dev/overrides/ghost.yaml": override("owner: x").replace("echo", "ghost"),
    "environments/prod/releases/ghost.yaml": release(manifest()).replace("echo", "ghost"),
}


@pytest.mark.parametrize("path", STRAY)
def test_what_concerns_no_model_is_found_also_when_nothing_else_changed(tmp_path: Path, path: str) -> None:
    root = repository(tmp_path, manifest())
    assert not render(root).all_findings
    unchanged = render(root)
    assert not unchanged.drift
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(STRAY[path])
    for result in (render(root), render(root, write=False)):
        assert _said(result) == [f"{path} unknown-model"]


def test_a_model_that_is_gone_keeps_what_it_runs_until_its_release_goes(tmp_path: Path) -> None:
    root = repository(tmp_path, manifest(), {"environments/prod/releases/echo.yaml": release(manifest())})
    assert not render(root).all_findings
    rendered = root / "environments/prod/rendered/echo"
    assert rendered.is_dir()
    (root / "models/echo/model.yaml").unlink()
    (root / "models/echo").rmdir()
    assert _said(render(root)) == ["environments/prod/releases/echo.yaml unknown-model"]
    assert rendered.is_dir()
    (root / "environments/prod/releases/echo.yaml").unlink()
    assert _said(render(root)) == []
    assert not rendered.exists()


def test_a_misnamed_override_is_found(tmp_path: Path) -> None:
    root = repository(tmp_path, manifest())
    assert not render(root).all_findings
    (root / "environments/dev/overrides").mkdir()
    (root / "environments/dev/overrides/echo.yml").write_text(override("owner: x"))
    assert _said(render(root)) == ["environments/dev/overrides/echo.yml unknown-file"]


def _said(result: RunResult) -> list[str]:
    return [f"{item.location.path} {item.rule}" for item in result.all_findings]

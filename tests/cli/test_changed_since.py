"""--changed-since: which models commits and edits concern."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from modelyard.pipeline.changed import changed_models
from tests.cli.command import CASE, commit_all, git, good, put, rendered, run

ECHO = (CASE / "models/echo/model.yaml").read_text()
SCORER = (CASE / "models/scorer/model.yaml").read_text()


def names(outcome_json: object) -> list[str]:
    """The models that a run with ``--format json`` looked at."""
    assert isinstance(outcome_json, dict)
    return [model["name"] for model in outcome_json["models"]]


@pytest.mark.parametrize(
    ("paths", "models"),
    [
        ([], []),
        (["models/echo/model.yaml"], ["echo"]),
        (["models/scorer/src/deep er/fi le.py", "README.md"], ["scorer"]),
        (["environments/dev/overrides/nightly.yaml", "models/echo/model.yaml"], ["echo", "nightly"]),
        (["environments/prod/rendered/echo/notes.txt"], ["echo"]),
        (["Dockerfiles/scorer/Dockerfile"], ["scorer"]),
        (["environments/dev/environment.yaml"], ["echo", "nightly", "scorer"]),
        (["Dockerfiles/base-images.yaml"], ["echo", "nightly", "scorer"]),
    ],
)
def test_changed_since(repo: Path, paths: list[str], models: list[str]) -> None:
    for path in paths:
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        with open(repo / path, "a", encoding="utf-8") as file:
            file.write("# changed\n")
    wanted = None if len(models) == 3 else tuple(models)  # None: all of them
    assert changed_models(repo, "main") == wanted  # edits, and files that Git does not know
    git(repo, "add", "--all")
    assert changed_models(repo, "HEAD") == wanted  # staged
    commit_all(repo)
    assert changed_models(repo, "HEAD~1") == wanted  # committed
    assert changed_models(repo, "HEAD") == ()
    if "environments/dev/environment.yaml" in paths:
        outcome = run(repo, "render", "--check", "--format", "json", "--changed-since", "HEAD~1")
        assert names(outcome.json) == models


def test_changed_since_a_branch_that_went_on(repo: Path) -> None:
    git(repo, "switch", "--quiet", "--create", "feature")
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    commit_all(repo)
    git(repo, "switch", "--quiet", "main")
    put(repo, {"models/scorer/model.yaml": SCORER.replace("hello", "good day")})
    commit_all(repo)
    git(repo, "switch", "--quiet", "feature")
    outcome = run(repo, "render", "--format", "json", "--changed-since", "main")
    assert names(outcome.json) == ["echo"]
    good(repo, "render", "--check", "--changed-since", "main")


def test_changed_since_sees_a_model_that_is_gone(repo: Path) -> None:
    shutil.rmtree(repo / "models/nightly")
    outcome = good(repo, "render", "--changed-since", "HEAD")
    assert "nightly" in outcome.out
    assert not [path for path in rendered(repo) if "nightly" in path]
    good(repo, "render", "--check")


def test_changed_since_in_a_part_of_a_git_repository(repo: Path, tmp_path: Path) -> None:
    shutil.rmtree(repo / ".git")
    git(tmp_path, "init", "--quiet")
    commit_all(tmp_path)
    put(repo, {"models/echo/notes.md": "new\n"})
    assert names(run(repo, "render", "--check", "--format", "json", "--changed-since", "HEAD").json) == [
        "echo"
    ]


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=owned", "", "HEAD~99"])
def test_changed_since_nothing_known(repo: Path, revision: str) -> None:
    outcome = run(repo, "render", f"--changed-since={revision}")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("modelyard: ")
    assert not (repo / "owned").exists()


def test_changed_since_without_git(fresh: Path) -> None:
    outcome = run(fresh, "render", "--changed-since", "HEAD", GIT_CEILING_DIRECTORIES=str(fresh.parent))
    assert outcome.code == 2
    assert "not a git repository" in outcome.err


def test_changed_since_in_a_shallow_clone(repo: Path, tmp_path: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    commit_all(repo)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repo}", "shallow")
    git(
        tmp_path / "shallow",
        "fetch",
        "--quiet",
        "--depth=1",
        "origin",
        git(repo, "rev-parse", "HEAD~1").strip(),
    )
    outcome = run(tmp_path / "shallow", "render", "--changed-since", "FETCH_HEAD")
    assert outcome.code == 2
    assert "no commit in common" in outcome.err
    assert "fetch" in outcome.err

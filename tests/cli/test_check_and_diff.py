"""--check and --diff: what they say, and that they write nothing."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import CASE, environ, good, put, rendered, run

ECHO = (CASE / "models/echo/model.yaml").read_text()
SCORER = (CASE / "models/scorer/model.yaml").read_text()


def names(outcome_json: object) -> list[str]:
    """The models that a run with ``--format json`` looked at."""
    assert isinstance(outcome_json, dict)
    return [model["name"] for model in outcome_json["models"]]


def times(root: Path) -> dict[str, tuple[int, int, int]]:
    """Inode, time of change and mode of everything, cache and folders too."""
    found = [path for path in root.rglob("*") if ".git" not in path.parts]
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns, path.stat().st_mode) for path in found}


def test_check_and_diff_and_validate_write_nothing(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    shutil.rmtree(repo / "models/nightly")
    before = times(repo)
    for arguments in (
        ["render", "--check"],
        ["render", "--diff"],
        ["validate"],
        ["explain", "echo", "--env", "dev"],
    ):
        run(repo, *arguments)
        assert times(repo) == before, arguments
    assert run(repo, "render", "--check").code == 1
    shutil.rmtree(repo / ".cache")
    run(repo, "render", "--check")
    assert not (repo / ".cache").exists()


@pytest.mark.parametrize("scope", [[], ["echo"], ["--env", "dev", "--target", "ecs", "scorer", "echo"]])
def test_check_names_the_command_that_mends(repo: Path, scope: list[str]) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    outcome = run(repo, "render", "--check", *scope)
    assert outcome.code == 1
    assert outcome.err == ""
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("to mend it, run: ")]
    words = shlex.split(line.removeprefix("to mend it, run: "))
    assert words[0] == "modelyard"  # this repository has no tools/render
    good(repo, *words[1:])
    good(repo, "render", "--check", *scope)


def test_the_mending_command_works_from_elsewhere(repo: Path, tmp_path: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    outcome = run(tmp_path, "render", "--check", "--root", "a repository")
    words = shlex.split(outcome.out.splitlines()[-1].removeprefix("to mend it, run: modelyard "))
    good(tmp_path, *words)
    good(repo, "render", "--check")


def test_check_says_drift_in_every_format(repo: Path) -> None:
    put(repo, {"models/scorer/model.yaml": SCORER.replace("hello", "good day")})
    path = "environments/local/rendered/scorer/compose/compose.yaml"
    github = run(repo, "render", "--check", "--format", "github")
    assert github.code == 1
    assert f"::error file={path}," in github.out
    assert "modelyard render" in github.out
    sarif = run(repo, "render", "--check", "--format", "sarif")
    assert sarif.code == 1
    results = sarif.json["runs"][0]["results"]
    places = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert path in places
    assert {result["ruleId"] for result in results} == {"drift"}
    document = run(repo, "render", "--check", "--format", "json").json
    assert document["mend"] == "modelyard render"
    assert {"path": path, "action": "update"} in document["models"][2]["changes"]


def test_the_json_of_a_run(repo: Path) -> None:
    document = good(repo, "render", "--check", "--format", "json", "echo").json
    assert document == {
        "version": 1,
        "findings": [],
        "summary": {"errors": 0, "warnings": 0, "notes": 0},
        "models": [
            {
                "name": "echo",
                "failed": False,
                "files": len([path for path in rendered(repo) if "/echo/" in path]),
                "changes": [],
                "skipped": {"prod": "no release", "staging": "no release"},
                "diff": "",
            }
        ],
        "written": False,
        "mend": None,
    }
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "two")})
    (finding,) = run(repo, "render", "--format", "json").json["findings"]
    assert finding.keys() == {"rule", "severity", "path", "line", "column", "length", "message", "hint"}
    assert (finding["line"], finding["column"], finding["severity"]) == (7, 31, "error")
    found = run(repo, "validate", "--format", "json").json["findings"]
    assert found == [finding]


@pytest.mark.parametrize("tool", [["git", "apply"], ["patch", "--quiet", "-p1"]], ids=["git", "patch"])
def test_a_diff_can_be_applied(repo: Path, tmp_path: Path, tool: list[str]) -> None:
    put(repo, {"models/scorer/model.yaml": SCORER.replace("ecs: {}", "kubernetes: {}")})
    put(repo, {"models/new/model.yaml": ECHO.replace("name: echo", "name: new")})
    shutil.rmtree(repo / "models/nightly")
    outcome = run(repo, "render", "--diff")
    assert outcome.code == 1
    assert outcome.out.startswith("--- ")
    assert "to mend it, run: modelyard render" in outcome.err
    other = shutil.copytree(repo, tmp_path / "other")
    subprocess.run(
        tool, cwd=other, input=outcome.out, text=True, check=True, env=environ(), capture_output=True
    )
    good(repo, "render")
    assert rendered(other) == rendered(repo)
    done = run(repo, "render", "--diff")
    assert (done.code, done.out) == (0, "")


def test_a_diff_in_json(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    text = run(repo, "render", "--diff", "echo").out
    outcome = run(repo, "render", "--diff", "--format", "json", "echo")
    assert (outcome.code, outcome.err) == (1, "")
    assert [model["diff"] for model in outcome.json["models"]] == [text]

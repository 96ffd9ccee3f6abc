"""explain: every value with the line that decides it; and validate."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.command import CASE, good, put, run

ECHO = (CASE / "models/echo/model.yaml").read_text()
DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32


def rows(root: Path, *arguments: str) -> dict[str, tuple[str, str]]:
    document = good(root, "explain", *arguments, "--format", "json").json
    return {row["field"]: (row["value"], row["origin"]) for row in document}


LAB = """\
apiVersion: modelyard.dev/v1
kind: Environment
name: lab
description: A place of these tests.
tracks: head
platforms: {compose: {}}
defaults:
  env:
    REGION_NAME: ireland
"""
OVERRIDE = """\
apiVersion: modelyard.dev/v1
kind: Override
model: scorer
reason: a test
manifest:
  resources:
    memory: 2Gi
"""


def test_explain_tells_the_line_that_decides(repo: Path) -> None:
    put(repo, {"environments/lab/environment.yaml": LAB, "environments/lab/overrides/scorer.yaml": OVERRIDE})
    said = rows(repo, "scorer", "--env", "lab")
    assert said["resources.memory"] == ("2Gi", "environments/lab/overrides/scorer.yaml:7")
    assert said["resources.cpu"] == ("500m", "models/scorer/model.yaml:15")
    assert said["env.REGION_NAME"] == ("ireland", "environments/lab/environment.yaml:9")
    assert said["serve.port"] == ("8080", "built-in default")
    changed = {
        "resources.memory": ("2Gi", "4Gi"),
        "resources.cpu": ("500m", "250m"),
        "env.REGION_NAME": ("ireland", "dublin"),
        "env.GREETING": ("hello", "good day"),
        "owner": ("risk-ml", "other-ml"),
        "scaling.max": ("3", "5"),
    }
    for field, (before, after) in changed.items():
        value, origin = said[field]
        assert value == before
        path, line = origin.split(":")
        lines = (repo / path).read_text().splitlines(keepends=True)
        assert before in lines[int(line) - 1], field
        lines[int(line) - 1] = after.join(lines[int(line) - 1].rsplit(before, 1))
        (repo / path).write_text("".join(lines))
        assert rows(repo, "scorer", "--env", "lab")[field] == (after, origin)


def test_explain_has_an_origin_for_everything(repo: Path) -> None:
    for model in ("echo", "nightly", "scorer"):
        said = rows(repo, model, "--env", "dev")
        assert len(said) > 20
        for field, (value, origin) in said.items():
            assert value
            found = re.fullmatch(r"((?:models|environments|Dockerfiles)/[^:]+):(\d+)", origin)
            if found:
                lines = (repo / found[1]).read_text().splitlines()
                key = re.sub(r"\[\d+\]$", "", field).rsplit(".", 1)[-1].split("[")[0]
                assert key in lines[int(found[2]) - 1] or value in lines[int(found[2]) - 1], field


def test_explain_one_field(repo: Path) -> None:
    everything = good(repo, "explain", "echo", "--env", "dev").out.splitlines()
    part = good(repo, "explain", "echo", "--env", "dev", "resources").out.splitlines()
    assert [line.split()[0] for line in part] == ["resources.cpu", "resources.memory"]
    assert {" ".join(line.split()) for line in part} <= {" ".join(line.split()) for line in everything}
    assert good(repo, "explain", "--env", "dev", "models/echo/", "resources.cpu").out.split()[1] == "1"
    derived = rows(repo, "echo", "--env", "dev", "targets.ecs")
    assert [field for field in derived if field.endswith("(derived)")]


def test_explain_a_model_with_errors(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "a lot")})
    outcome = run(repo, "explain", "echo", "--env", "dev")
    assert outcome.code == 1
    assert "models/echo/model.yaml:7:31: error[malformed-value]" in outcome.out


def test_validate_sees_what_render_sees(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "a lot") + "wrong: 1\n"})
    put(repo, {"environments/staging/environment.yaml": "a: 1\n"})
    found = run(repo, "validate", "--format", "json").json["findings"]
    assert found == run(repo, "render", "--check", "--format", "json").json["findings"]
    assert len({finding["path"] for finding in found}) == 2
    assert run(repo, "validate", "--format", "github").out.count("::error ") == len(found)
    assert len(run(repo, "validate", "--format", "sarif").json["runs"][0]["results"]) == len(found)
    only = run(repo, "validate", "scorer", "--format", "json").json["findings"]
    assert {finding["path"] for finding in only} == {"environments/staging/environment.yaml"}

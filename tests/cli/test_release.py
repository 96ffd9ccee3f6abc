"""release: what an environment runs, frozen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import CASE, commit_all, contents, git, good, put, rendered, run

ECHO = (CASE / "models/echo/model.yaml").read_text()
DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32


def test_a_release_freezes(repo: Path) -> None:
    head = git(repo, "rev-parse", "HEAD").strip()
    outcome = good(repo, "release", "scorer", "--env", "dev", "--image", DIGEST)
    assert outcome.out == "environments/dev/releases/scorer.yaml\nnext: modelyard render scorer --env dev\n"
    text = (repo / "environments/dev/releases/scorer.yaml").read_text()
    assert head in text
    assert DIGEST in text
    assert "manifest:" not in text  # dev tracks head
    good(repo, "render")
    stack = repo / "environments/dev/rendered/scorer/ecs/eu-west-1/stack.yaml"
    assert DIGEST in stack.read_text()

    good(repo, "release", "scorer", "--env", "staging", "--from", "dev")
    good(repo, "release", "scorer", "--env", "prod", "--from", "staging")
    staging = (repo / "environments/staging/releases/scorer.yaml").read_text()
    assert "GREETING: hello" in staging
    assert staging == (repo / "environments/prod/releases/scorer.yaml").read_text()
    assert good(repo, "validate").out == "3 models: no findings\n"
    good(repo, "render")
    frozen = {
        path: data for path, data in rendered(repo).items() if re.match("environments/(staging|prod)/", path)
    }
    assert DIGEST.encode() in b"".join(frozen.values())
    assert any("us-east-1" in path for path in frozen)

    manifest = repo / "models/scorer/model.yaml"
    manifest.write_text(manifest.read_text().replace("hello", "good day").replace("1Gi", "4Gi"))
    good(repo, "render")
    after = rendered(repo)
    assert {path: after.get(path) for path in frozen} == frozen
    assert b"good day" in after["environments/local/rendered/scorer/compose/compose.yaml"]
    good(repo, "render", "--check")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scorr", "--env", "dev", "--image", DIGEST], 'no model "scorr": did you mean "scorer"?'),
        (
            ["scorer", "--env", "stagng", "--image", DIGEST],
            'no environment "stagng": did you mean "staging"?',
        ),
        (["scorer", "--env", "dev", "--image", "latest"], "--image latest"),
        (["scorer", "--env", "dev", "--image", DIGEST.upper()], "--image"),
        (["scorer", "--env", "dev", "--image", f"other={DIGEST}"], 'builds no image "other"'),
        (["echo", "--env", "dev", "--image", DIGEST], "echo builds no image"),
        (["scorer", "--env", "dev"], "has no digest: add --image"),
        (["scorer", "--env", "staging", "--from", "dev"], "dev has no release of scorer"),
        (["scorer", "--env", "staging", "--from", "dve"], 'no environment "dve"'),
        (["scorer", "--env", "dev", "--image", DIGEST, "--commit", "no-such"], "--commit"),
        (["scorer", "--env", "dev", "--image", DIGEST, "--from", "dev"], "not allowed with"),
        (["scorer", "--env", "dev", "--image", DIGEST, "--image", OTHER], "--image"),
    ],
)
def test_release_refuses(repo: Path, arguments: list[str], said: str) -> None:
    before = contents(repo)
    outcome = run(repo, "release", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert contents(repo) == before


def test_a_release_of_a_model_with_errors(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "a lot")})
    outcome = run(repo, "release", "echo", "--env", "staging")
    assert outcome.code == 1
    assert "models/echo/model.yaml:7:31" in outcome.out
    assert not (repo / "environments/staging/releases/echo.yaml").exists()


def test_releasing_again_replaces(repo: Path) -> None:
    good(repo, "release", "scorer", "--env", "dev", "--image", DIGEST)
    commit_all(repo)
    good(repo, "release", "scorer", "--env", "dev", "--image", f"model={OTHER}", "--commit", "HEAD~1")
    text = (repo / "environments/dev/releases/scorer.yaml").read_text()
    assert OTHER in text
    assert DIGEST not in text
    assert git(repo, "rev-parse", "HEAD~1").strip() in text

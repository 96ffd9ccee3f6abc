"""init and new: a repository and models that work at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from modelyard.scaffold import KINDS
from tests.cli.command import CASE, contents, good, put, rendered, run
from tests.cli.terminal import on_terminal

ECHO = (CASE / "models/echo/model.yaml").read_text()
DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that init made. Not to be changed."""
    root = tmp_path_factory.mktemp("started") / "r"
    root.mkdir()
    good(root, "init")
    return root


def test_init_makes_a_repository_that_works(started: Path, tmp_path: Path) -> None:
    root = shutil.copytree(started, tmp_path / "r")
    before = contents(root)
    again = good(root, "init")
    assert again.out.startswith("everything is there already\n")
    assert contents(root) == before
    assert good(root, "validate").out == "0 models: no findings\n"
    assert good(root, "schema", "--check").out == "the schemas and pages are up to date\n"
    for kind in KINDS:
        made = good(root, "new", f"my-{kind}", "--owner", "risk-ml", "--kind", kind)
        assert made.out.splitlines()[-1].endswith(f"then run modelyard render my-{kind}")
    assert good(root, "validate").out == f"{len(KINDS)} models: no findings\n"
    good(root, "render")
    for kind in KINDS:
        assert (root / f"environments/local/rendered/my-{kind}/compose/compose.yaml").exists()
    good(root, "render", "--check")


def test_init_leaves_what_is_there(tmp_path: Path) -> None:
    put(tmp_path, {"r/.gitignore": "mine\n", "r/environments/local/environment.yaml": "mine\n"})
    outcome = good(tmp_path, "init", "r")
    assert (tmp_path / "r/.gitignore").read_text() == "mine\n"
    assert (tmp_path / "r/environments/local/environment.yaml").read_text() == "mine\n"
    assert "Dockerfiles/base-images.yaml\n" in outcome.out
    assert ".gitignore" not in outcome.out
    put(tmp_path, {"file": "a file\n"})
    assert run(tmp_path, "init", "file").code == 2


@pytest.mark.parametrize("kind", KINDS)
def test_new_is_valid_for_every_platform_at_once(repo: Path, kind: str) -> None:
    good(repo, "new", "brand-new", "--owner", "risk-ml", "--kind", kind)
    assert good(repo, "validate", "brand-new").out == "1 model: no findings\n"
    good(repo, "render")
    targets = {
        path.split("/")[4]
        for path in rendered(repo)
        if path.startswith("environments/dev/rendered/brand-new")
    }
    assert targets >= {"ecs", "kubernetes"}
    assert (repo / "environments/local/rendered/brand-new/compose/compose.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["echo", "--owner", "ml"], "models/echo/model.yaml is there already"),
        (["Echo", "--owner", "ml"], '"Echo" is not a model name'),
        (["../echo", "--owner", "ml"], '"../echo" is not a model name'),
        (["a/b", "--owner", "ml"], "is not a model name"),
        (["", "--owner", "ml"], "is not a model name"),
        (["x" * 33, "--owner", "ml"], "up to 32 characters"),
        (["new-one", "--owner", "M L"], '"M L" is not a team'),
        (["new-one", "--owner", "ml\nkind: Job"], "is not a team"),
        (["new-one"], "--owner TEAM is due"),
        (["new-one", "--owner", "ml", "--kind", "servce"], "invalid choice"),
    ],
)
def test_new_refuses(repo: Path, arguments: list[str], said: str) -> None:
    before = contents(repo)
    outcome = run(repo, "new", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert contents(repo) == before


def test_new_asks_for_the_owner(repo: Path) -> None:
    outcome = on_terminal(repo, "new", "new-one", typed="risk-ml\n")
    assert outcome.code == 0
    assert "owner (a team, as CODEOWNERS names it): " in outcome.out
    assert "owner: risk-ml\n" in (repo / "models/new-one/model.yaml").read_text()
    outcome = on_terminal(repo, "new", "another", typed="Not A Team\n")
    assert outcome.code == 2
    outcome = on_terminal(repo, "new", "another", typed="\x03")  # Ctrl-C
    assert outcome.code == 130
    assert "Traceback" not in outcome.out
    outcome = on_terminal(repo, "new", "another", typed="\x04")  # Ctrl-D
    assert outcome.code == 2
    assert "Traceback" not in outcome.out
    assert not (repo / "models/another").exists()

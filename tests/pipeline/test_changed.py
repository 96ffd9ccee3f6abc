"""Which models a change concerns, asked of a real repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from modelyard.errors import UsageError
from modelyard.pipeline.changed import changed_models


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
        check=True,
        capture_output=True,
    )


@pytest.fixture(name="root")
def repository(tmp_path: Path) -> Path:
    for path in (
        "models/iris/model.yaml",
        "models/fraud/model.yaml",
        "environments/dev/environment.yaml",
        "README.md",
    ):
        write(tmp_path, path)
    git(tmp_path, "init", "--quiet", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    git(tmp_path, "branch", "base")
    return tmp_path


@pytest.mark.parametrize("path", ["server/modelyard_server/app.py", "tools/modelyard/runtimes/vllm.yaml"])
def test_a_model_server_concerns_every_model(root: Path, path: str) -> None:
    write(root, path)
    assert changed_models(root, "base") is None


def test_tests_of_the_model_server_concern_no_model(root: Path) -> None:
    write(root, "server/tests/test_app.py")
    assert changed_models(root, "base") == ()


def write(root: Path, path: str, text: str = "x\n") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.mark.parametrize(
    ("paths", "models"),
    [
        ([], ()),
        (["README.md", "docs/x.md", "models/README.md"], ()),
        (["models/iris/src/a.py"], ("iris",)),
        (["models/iris/a.py", "Dockerfiles/fraud/Dockerfile"], ("fraud", "iris")),
        (["environments/dev/overrides/iris.yaml"], ("iris",)),
        (["environments/prod/releases/iris.yaml"], ("iris",)),
        (["environments/prod/rendered/iris/ecs/x.json"], ("iris",)),
        (["models/café menu/model.yaml"], ("café menu",)),
        (["models/iris/a.py", "environments/dev/environment.yaml"], None),
        (["Dockerfiles/base-images.yaml"], None),
        (["tools/modelyard/x.py"], None),
    ],
)
@pytest.mark.parametrize("committed", [True, False])
def test_each_path_concerns_its_model(
    root: Path, paths: list[str], models: tuple[str, ...] | None, committed: bool
) -> None:
    for path in paths:
        write(root, path, "changed\n")
    if committed:
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--allow-empty", "-m", "second")
    assert changed_models(root, "base") == models


def test_what_is_deleted_or_renamed_has_changed(root: Path) -> None:
    git(root, "mv", "models/iris", "models/rose")
    assert changed_models(root, "base") == ("iris", "rose")


def test_what_happened_on_the_other_branch_is_not_ours(root: Path) -> None:
    git(root, "switch", "--quiet", "-c", "topic")
    git(root, "switch", "--quiet", "main")
    write(root, "models/iris/a.py")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "theirs")
    git(root, "switch", "--quiet", "topic")
    write(root, "models/fraud/a.py")
    assert changed_models(root, "main") == ("fraud",)


def test_below_the_top_of_a_repository(root: Path) -> None:
    write(root, "inner/models/rose/a.py")
    write(root, "models/iris/a.py")
    assert changed_models(root / "inner", "base") == ("rose",)


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "", "base..main"])
def test_what_git_does_not_know(root: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="git says"):
        changed_models(root, revision)
    assert not (root / "x").exists()

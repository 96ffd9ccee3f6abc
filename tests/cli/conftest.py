"""Repositories for the tests of the commands: rendered once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.command import commit_all, copies, git, good, lay_repository, rendered


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed repository in which everything is rendered; not to be changed."""
    root = lay_repository(tmp_path_factory.mktemp("template") / "a repository")
    good(root, "render")
    (root / ".gitignore").write_text(".cache/\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit_all(root)
    return root


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Path:
    """A copy of it, with times and cache; its path has a space."""
    return shutil.copytree(template, tmp_path / "a repository", symlinks=True)


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The same models and environments, with nothing rendered yet and no Git."""
    return lay_repository(tmp_path / "a repository")


@pytest.fixture(scope="session")
def many(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty models, so that there are workers; nothing rendered. Not to be changed."""
    root = shutil.copytree(template, tmp_path_factory.mktemp("many") / "r")
    copies(template, root, "echo", 57)
    for path in [*root.glob("environments/*/rendered"), *root.glob("Dockerfiles/*/"), root / ".cache"]:
        if path.is_dir():
            shutil.rmtree(path)
    return root


@pytest.fixture(scope="session")
def whole(many: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one undisturbed run makes of them."""
    root = shutil.copytree(many, tmp_path_factory.mktemp("whole") / "r")
    good(root, "render", "--jobs", "2")
    return rendered(root)

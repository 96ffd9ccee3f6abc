"""Repositories for the tests of the gate: rendered once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.command import commit_all, git
from tests.gate.looking import rendered


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository without Git in which nothing blocks; not to be changed."""
    return rendered(tmp_path_factory.mktemp("template") / "r")


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(template, tmp_path / "r", symlinks=True)


@pytest.fixture
def clone(repo: Path) -> Path:
    """The same under Git, committed."""
    (repo / ".gitignore").write_text(".cache/\nignored/\n")
    git(repo, "init", "--quiet", "--initial-branch=main")
    commit_all(repo)
    return repo

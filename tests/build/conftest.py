"""Small repositories to build from. What builds for real is in tests/containers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.build import checkout


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendered repository, to be copied: rendering takes longer than the tests."""
    return checkout.lay_out(tmp_path_factory.mktemp("template") / "repository")


@pytest.fixture
def unversioned(tmp_path: Path, template: Path) -> Path:
    """A repository that is not in Git."""
    return Path(shutil.copytree(template, tmp_path / "repository"))


@pytest.fixture
def root(unversioned: Path) -> Path:
    """A repository with one commit; its base image exists nowhere."""
    return checkout.start(unversioned)

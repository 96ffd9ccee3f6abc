"""Which commit an image is of, and where its source is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.build.source import NO_COMMIT, clean_url, last_commit, origin
from tests.build.checkout import EPOCH, commit, git, start

PATHS = ("models/plain/src", "Dockerfiles/plain/Dockerfile", "Dockerfiles/plain/Dockerfile.dockerignore")


def test_a_clean_checkout_is_its_commit(root: Path) -> None:
    found = last_commit(root, PATHS)
    assert (found.revision, found.created, found.unsure) == (git(root, "rev-parse", "HEAD"), EPOCH, "")


def test_commits_of_other_files_do_not_count(root: Path) -> None:
    before = last_commit(root, PATHS)
    (root / "models/echo/src/app.py").write_text("print('another')\n")
    commit(root)
    assert last_commit(root, PATHS) == before
    (root / "models/plain/src/app.py").write_text("print('another')\n")
    assert last_commit(root, PATHS).unsure == "models/plain/src/app.py is not as it is committed"
    assert commit(root) == last_commit(root, PATHS).revision


def test_files_that_git_ignores_are_built_and_so_count(root: Path) -> None:
    (root / ".gitignore").write_text("*.bin\n__pycache__/\n")
    commit(root)
    (root / "models/plain/src/__pycache__").mkdir()
    (root / "models/plain/src/__pycache__/app.pyc").write_bytes(b"x")
    assert last_commit(root, PATHS).unsure == ""
    (root / "models/plain/src/large.bin").write_bytes(b"x")
    assert "large.bin" in last_commit(root, PATHS).unsure


def test_a_shallow_clone_does_not_know(root: Path, tmp_path: Path) -> None:
    commit(root, "Nothing")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", str(clone))
    assert "shallow" in last_commit(clone, PATHS).unsure
    git(clone, "fetch", "--quiet", "--unshallow")
    assert last_commit(clone, PATHS) == last_commit(root, PATHS)


def test_a_repository_within_a_repository_of_git(unversioned: Path) -> None:
    root = unversioned
    start(root.parent)
    assert last_commit(root, PATHS).unsure == ""
    (root / "models/plain/src/new.py").write_text("")
    assert last_commit(root, PATHS).unsure == "models/plain/src/new.py is not as it is committed"


def test_without_commits_and_without_git(unversioned: Path) -> None:
    root = unversioned
    found = last_commit(root, PATHS)
    assert (found.revision, found.created, origin(root)) == ("", NO_COMMIT, "")
    assert found.unsure == "the repository is not in Git"
    git(root, "init", "--quiet")
    assert last_commit(root, PATHS).unsure == "its files are not committed"


def test_the_origin_says_no_password(root: Path) -> None:
    assert origin(root) == "https://example.com/acme/models.git"


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://user:secret@example.com:8443/a/b.git?token=secret#x", "https://example.com:8443/a/b.git"),
        ("git@github.com:acme/models.git", "ssh://github.com/acme/models.git"),
        ("ssh://git@example.com/acme/models.git", "ssh://example.com/acme/models.git"),
        ("/srv/git/models.git", ""),
        ("file:///srv/git/models.git", ""),
        ("https://example.com/a/$HOME.git", ""),
        ("ext::sh -c secret", ""),
    ],
)
def test_urls(url: str, clean: str) -> None:
    assert clean_url(url) == clean


@given(st.text("abc:/@?#%[]\\$ .0", max_size=20), st.sampled_from(["https://", "ssh://", "git@", ""]))
@settings(max_examples=100, deadline=None)
def test_no_url_tells_a_password(text: str, start: str) -> None:
    said = clean_url(f"{start}user:pA55@{text}")
    assert "pA55" not in said
    assert not set(said) & set(" $\"'\\?#")

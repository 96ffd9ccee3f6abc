"""The hooks of `.pre-commit-config.yaml`, run by pre-commit itself in a clone, on commits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.repo import ROOT

pytestmark = pytest.mark.slow
MANIFEST = "models/iris-classifier/model.yaml"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as it is now, committed, with pre-commit installed in it."""
    folder = tmp_path_factory.mktemp("clone") / "repository"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, folder], check=True)
    tracked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for path in subprocess.run(tracked, capture_output=True, text=True, check=True).stdout.split("\0"):
        if path and (ROOT / path).is_file() and not (ROOT / path).is_symlink():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes((ROOT / path).read_bytes())
            (folder / path).chmod((ROOT / path).stat().st_mode & 0o777)
    assert git(folder, "add", "--all").returncode == 0
    git(folder, "commit", "--quiet", "--no-verify", "--message", "as it is")
    installed = subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"], cwd=folder, env=environment(folder), check=False
    )
    assert installed.returncode == 0
    return folder


def environment(folder: Path) -> dict[str, str]:
    who = {
        f"GIT_{role}_{what}": f"{what.lower()}@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {**os.environ, **who, "PRE_COMMIT_HOME": str(folder.parent / "pre-commit")}


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False)


def test_a_commit_of_a_broken_manifest_is_refused(clone: Path) -> None:
    text = (clone / MANIFEST).read_text()
    (clone / MANIFEST).write_text(text.replace("memory: 512Mi", "memroy: 512Mi"))
    refused = git(clone, "commit", "--all", "--message", "broken")
    assert refused.returncode == 1
    assert 'there is no field "memroy" here' in refused.stdout + refused.stderr
    git(clone, "checkout", "--quiet", "HEAD", "--", MANIFEST)


def test_a_commit_without_what_was_to_be_rendered_is_refused_and_with_it_taken(clone: Path) -> None:
    text = (clone / MANIFEST).read_text()
    (clone / MANIFEST).write_text(text.replace("memory: 512Mi", "memory: 1Gi"))
    refused = git(clone, "commit", "--all", "--message", "without")
    assert refused.returncode == 1
    assert "to mend it, run: tools/render" in refused.stdout + refused.stderr
    rendered = subprocess.run([clone / "tools/render", "iris-classifier"], capture_output=True, check=False)
    assert rendered.returncode == 0
    taken = git(clone, "commit", "--all", "--message", "with")
    assert taken.returncode == 0, taken.stdout + taken.stderr

"""The hooks of `.pre-commit-config.yaml`, run by pre-commit itself in a clone, on commits."""

from __future__ import annotations

import hashlib
import os
import re
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
    outlive_the_calendar(folder / "policy")
    assert git(folder, "add", "--all").returncode == 0
    git(folder, "commit", "--quiet", "--no-verify", "--message", "as it is")
    installed = subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"], cwd=folder, env=environment(folder), check=False
    )
    assert installed.returncode == 0
    return folder


def outlive_the_calendar(policy: Path) -> None:
    """The hooks judge by today's date; these tests are about commits, and not about how old images grow."""
    gate = (policy / "gate.yaml").read_text()
    gate = re.sub(r"maxBaseAgeDays: \d+", "maxBaseAgeDays: 3650\n    unknownBaseDates: allow", gate)
    gate = re.sub(r"(unknownBaseDates: allow\n)\s+unknownBaseDates: allow\n", r"\1", gate)
    (policy / "gate.yaml").write_text(gate)
    waivers = (policy / "waivers.yaml").read_text()
    (policy / "waivers.yaml").write_text(waivers.partition("waivers:\n")[0] + "waivers: []\n")


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


def test_a_commit_with_a_secret_in_a_manifest_is_refused(clone: Path) -> None:
    """Put together at run time: no file of this repository holds one."""
    token = "ghp" + "_" + hashlib.sha256(b"a secret").hexdigest()[:36]
    text = (clone / MANIFEST).read_text()
    assert "\nenv:" not in text
    (clone / MANIFEST).write_text(f"{text}env:\n  UPLOAD_TOKEN: {token}\n")
    rendered = subprocess.run([clone / "tools/render", "iris-classifier"], capture_output=True, check=False)
    assert rendered.returncode == 0
    git(clone, "add", "--all")
    refused = git(clone, "commit", "--message", "a secret")
    said = refused.stdout + refused.stderr
    assert refused.returncode == 1
    assert "secret-in-manifest" in said
    assert f"{MANIFEST}:" in said
    assert token not in said
    git(clone, "reset", "--quiet", "--hard")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A repository of somebody else, that has nothing of Modelyard."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    assert git(folder, "init", "--quiet", "--initial-branch=main").returncode == 0
    (folder / "README.md").write_text("Hello.\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


def test_another_repository_can_use_the_hooks(clone: Path, elsewhere: Path) -> None:
    """As a package that pre-commit installs from this repository at a commit."""
    (elsewhere / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
        "spec: {containers: [{name: c, image: x, securityContext: {privileged: true}}]}\n"
    )
    git(elsewhere, "add", "--all")

    def tried() -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "pre_commit",
            "try-repo",
            str(clone),
            "modelyard-scan-files",
            "--all-files",
        ]
        return subprocess.run(
            command,
            cwd=elsewhere,
            env={**environment(elsewhere), "PRE_COMMIT_HOME": str(clone.parent / "others")},
            capture_output=True,
            text=True,
            check=False,
        )

    refused = tried()
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "pod.yaml:" in refused.stdout
    assert "privileged" in refused.stdout
    assert "bug in Modelyard" not in refused.stdout
    (elsewhere / "pod.yaml").write_text("a: b\n")
    git(elsewhere, "add", "--all")
    passed = tried()
    assert passed.returncode == 0, passed.stdout + passed.stderr


def test_every_hook_that_others_may_use_is_a_command_that_there_is() -> None:
    import yaml

    from modelyard.cli.parser import parse

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert len({hook["id"] for hook in hooks}) == len(hooks) > 2
    for hook in hooks:
        name, *arguments = hook["entry"].split()
        assert (name, hook["language"]) == ("modelyard", "python")
        parsed, verb = parse([*arguments, *(["a.yaml"] if hook.get("pass_filenames", True) else [])])
        assert verb == arguments[0]
        assert parsed is not None

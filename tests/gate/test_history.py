"""Secrets in commits: what was published stays published, whatever a later commit says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from modelyard.errors import UsageError
from modelyard.gate import commits, history
from modelyard.gate.report import report
from tests.cli.command import commit_all, environ, git
from tests.gate.looking import gate, github_token, of_rule, put, rules

TOKEN = github_token("history")


@pytest.fixture
def branch(clone: Path) -> Path:
    """On a branch of its own, made from main."""
    git(clone, "switch", "--quiet", "--create", "feature")
    return clone


def found(root: Path, reference: str = "main") -> dict[str, str]:
    """Path and resource of each secret that the gate finds since ``reference``."""
    answer = gate(root, "--changed", reference)
    return {one.location.path: one.resource for one in of_rule(answer, "secret-in-file")}


def test_a_secret_that_a_later_commit_took_out_is_found_with_its_commit(branch: Path) -> None:
    put(branch, "deploy/settings.ini", f"a = 1\nb = 2\ntoken = {TOKEN}\n")
    commit = commit_all(branch)
    put(branch, "deploy/settings.ini", "token =\n")
    commit_all(branch)
    answer = gate(branch, "--changed", "main")
    (one,) = of_rule(answer, "secret-in-file")
    assert one.location.path == "deploy/settings.ini"
    assert one.location.line == 3
    assert one.resource == f"commit {commit[:12]}"
    assert "revoke" in one.hint
    assert not answer.passed
    for fmt in ("text", "json", "sarif", "github", "junit", "markdown"):
        assert TOKEN not in report(answer, fmt, command="tools/", colour=False, width=100)


def test_a_file_that_was_deleted_or_renamed_again_is_found(branch: Path) -> None:
    put(branch, "deploy/key.txt", f"{TOKEN}\n")
    put(branch, "deploy/moved.txt", f"{github_token('moved')}\n")
    commit_all(branch)
    (branch / "deploy/key.txt").unlink()
    git(branch, "mv", "deploy/moved.txt", "deploy/elsewhere.txt")
    commit_all(branch)
    assert set(found(branch)) == {"deploy/key.txt", "deploy/moved.txt", "deploy/elsewhere.txt"}


def test_what_is_still_there_is_reported_once(branch: Path) -> None:
    put(branch, "deploy/key.txt", f"{TOKEN}\n")
    commit_all(branch)
    assert found(branch) == {"deploy/key.txt": ""}


def test_what_main_has_already_is_not_reported_of_the_branch(clone: Path) -> None:
    put(clone, "deploy/key.txt", f"{TOKEN}\n")
    commit_all(clone)
    (clone / "deploy/key.txt").unlink()
    commit_all(clone)
    git(clone, "switch", "--quiet", "--create", "feature")
    put(clone, "a.txt", "b\n")
    commit_all(clone)
    assert found(clone) == {}
    assert found(clone, "main~2") == {"deploy/key.txt": f"commit {git(clone, 'rev-parse', 'main~1')[:12]}"}


def test_every_commit_of_a_merged_branch_and_the_merge_itself(branch: Path) -> None:
    git(branch, "switch", "--quiet", "--create", "side")
    put(branch, "side.txt", f"{TOKEN}\n")
    commit_all(branch)
    put(branch, "side.txt", "gone\n")
    commit_all(branch)
    git(branch, "switch", "--quiet", "feature")
    put(branch, "a.txt", "b\n")
    commit_all(branch)
    git(branch, "merge", "--quiet", "--no-ff", "--no-commit", "side")
    put(branch, "evil.txt", f"{github_token('evil')}\n")  # in no parent of the merge
    git(branch, "add", "--all")
    git(branch, "commit", "--quiet", "--message", "merged")
    (branch / "evil.txt").unlink()
    commit_all(branch)
    assert set(found(branch)) == {"side.txt", "evil.txt"}


def test_a_branch_with_a_root_of_its_own(branch: Path) -> None:
    """Its first commit has no parent to differ from."""
    git(branch, "switch", "--quiet", "--orphan", "root")
    put(branch, "root.txt", f"{TOKEN}\n")
    commit_all(branch)
    (branch / "root.txt").unlink()
    commit_all(branch)
    git(branch, "switch", "--quiet", "feature")
    git(branch, "merge", "--quiet", "--allow-unrelated-histories", "--no-edit", "root")
    git(branch, "config", "log.showRoot", "false")
    assert set(found(branch)) == {"root.txt"}


def test_binary_files_and_odd_names(branch: Path) -> None:
    names = ("weights.bin", "with space.txt", "new\nline.txt", "\nfirst.txt", "tab\there.txt", "größe.txt")
    for name in names:
        put(branch, name, bytes(range(256)) + github_token(name).encode() + b"\n")
    commit_all(branch)
    for name in names:
        (branch / name).unlink()
    commit_all(branch)
    assert set(found(branch)) == set(names)


def test_an_encoded_commit_and_a_users_settings_change_nothing(branch: Path) -> None:
    for name, value in (
        ("log.showSignature", "true"),
        ("log.follow", "true"),
        ("log.decorate", "full"),
        ("log.date", "human"),
        ("diff.renames", "copies"),
        ("diff.noprefix", "true"),
        ("color.ui", "always"),
        ("core.quotePath", "true"),
        ("core.abbrev", "4"),
        ("format.pretty", "raw"),
        ("i18n.logOutputEncoding", "utf-16"),
        ("diff.ignoreSubmodules", "all"),
        ("log.diffMerges", "off"),
    ):
        git(branch, "config", name, value)
    put(branch, ".gitattributes", "*.txt -diff binary\n*.ini filter=none diff=none\n")
    put(branch, "a.txt", f"{TOKEN}\n")
    put(branch, "a.ini", f"token={github_token('ini')}\n")
    commit_all(branch)
    (branch / "a.txt").unlink()
    (branch / "a.ini").unlink()
    commit_all(branch)
    assert set(found(branch)) == {"a.txt", "a.ini"}


def test_links_and_submodules_are_no_files(branch: Path, tmp_path: Path) -> None:
    (branch / "link").symlink_to("README.md")
    head = git(branch, "rev-parse", "HEAD").strip()
    git(branch, "update-index", "--add", "--cacheinfo", f"160000,{head},vendored")
    git(branch, "add", "link")
    git(branch, "commit", "--quiet", "--message", "a link and a submodule")
    git(branch, "rm", "--quiet", "--cached", "vendored", "link")
    (branch / "link").unlink()
    git(branch, "commit", "--quiet", "--message", "gone")
    assert found(branch) == {}


def test_a_file_too_large_in_a_commit_is_named(branch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_LARGEST", 1000)
    put(branch, "large.txt", "x\n" * 1000)
    commit_all(branch)
    (branch / "large.txt").unlink()
    commit_all(branch)
    assert ("large.txt", "unreadable-file") in rules(gate(branch, "--changed", "main"))


def test_many_files_are_read_a_few_at_a_time(branch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    original = history._cat

    def counting(root: Path, how: str, blobs: list[str]) -> bytes:
        if how == "--batch":
            asked.append(len(blobs))
        return original(root, how, blobs)

    monkeypatch.setattr(history, "_cat", counting)
    for number in range(450):
        put(branch, f"many/{number}.txt", f"{number}\n" if number != 444 else f"{TOKEN}\n")
    commit_all(branch)
    git(branch, "rm", "-r", "--quiet", "many")
    git(branch, "commit", "--quiet", "--message", "gone")
    assert set(found(branch)) == {"many/444.txt"}
    assert sum(asked) == 450
    assert max(asked) <= 200


@pytest.mark.parametrize("depth", [1, 2])
def test_a_shallow_clone_fails_closed(branch: Path, tmp_path: Path, depth: int) -> None:
    for number in range(4):
        put(branch, "a.txt", f"{number}\n")
        commit_all(branch)
    shallow = tmp_path / "shallow"
    source = f"file://{branch}"
    command = ["git", "clone", "--quiet", "--no-single-branch", f"--depth={depth}", source, str(shallow)]
    subprocess.run(command, env=environ(), check=True)
    with pytest.raises(UsageError, match="unshallow"):
        gate(shallow, "--changed", "origin/main")


def test_a_clone_without_its_files_fails_closed(branch: Path, tmp_path: Path) -> None:
    """A partial clone whose source is out of reach."""
    put(branch, "a.txt", f"{TOKEN}\n")
    commit_all(branch)
    (branch / "a.txt").unlink()
    commit_all(branch)
    git(branch, "config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    command = ["git", "clone", "--quiet", "--filter=blob:none", f"file://{branch}", str(partial)]
    subprocess.run(command, env=environ(), check=True)
    branch.rename(tmp_path / "away")
    with pytest.raises(UsageError, match="git"):
        gate(partial, "--changed", "origin/main")


def test_gitleaks_looks_at_the_commits_too(branch: Path) -> None:
    """Its own kinds of tokens, in a file that the next commit took away."""
    token = github_token()
    put(branch, "notes.txt", f"use {token} for now\n")
    commit_all(branch)
    (branch / "notes.txt").unlink()
    commit_all(branch)
    past = commits.past_of(branch, "main")
    report_ = commits.scan(past, branch)
    (one,) = report_.detections
    assert (one.tool, one.location.path, one.location.line) == ("gitleaks", "notes.txt", 1)
    assert "in commit" in one.message
    assert token not in repr(report_)

"""Secrets in commits: wherever Git keeps them, and whatever keeps Git from showing them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from modelyard.detections import Detection
from modelyard.scanners.blobs import new_blobs
from modelyard.scanners.history import scan_history
from modelyard.secrets.hit import fingerprint_of
from tests.scanners.repositories import given, key_of_aws, scan

KEY = key_of_aws()
TEXT = f"first: line\naws: {KEY}\n"


class History:
    """A Git repository that is written commit by commit; the first one has nothing but ``base``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.base = self.commit({"base": "nothing\n"})

    def git(self, *arguments: str) -> str:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", "-C", str(self.root), *who, *arguments], env=environment, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def commit(self, files: dict[str, str | bytes | None]) -> str:
        """Writes files (None removes one) and commits them; gives the commit's name."""
        for name, content in files.items():
            path = self.root / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        return self.git("rev-parse", "HEAD")

    def scan(self, base: str | None = None, head: str = "HEAD") -> tuple[Detection, ...]:
        return scan_history(self.root, base or self.base, head).detections


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "repository")


def only(detections: tuple[Detection, ...]) -> Detection:
    (one,) = detections
    return one


def test_one_that_was_taken_out_again(history: History) -> None:
    commit = history.commit({"models/iris/a.yaml": TEXT})
    history.commit({"models/iris/a.yaml": "first: line\n"})
    found = only(history.scan())
    assert (found.rule, found.tool, found.evidence) == ("aws-access-token", "gitleaks", fingerprint_of(KEY))
    assert (found.location.path, found.location.line, found.location.column) == ("models/iris/a.yaml", 2, 6)
    assert found.message.endswith(f"(in commit {commit[:7]})")
    assert KEY not in repr(found)
    assert (
        found.fingerprint == only(scan("gitleaks", given("models/iris/a.yaml", TEXT)).detections).fingerprint
    )


def test_what_was_there_before_is_not_the_commits_business(history: History) -> None:
    base = history.commit({"a.yaml": TEXT})
    history.commit({"b.yaml": "nothing\n"})
    assert history.scan(base) == ()
    assert [one.location.path for one in scan_history(history.root, None, "HEAD").detections] == ["a.yaml"]


def test_one_secret_of_one_file_is_reported_once(history: History) -> None:
    for number in range(3):
        history.commit({"a.yaml": f"{TEXT}{number}\n"})
    assert only(history.scan()).rule == "aws-access-token"


@pytest.mark.parametrize(
    "files",
    [
        {".gitattributes": "*.yaml binary\n"},
        {".gitattributes": "*.yaml -diff\n"},
        {".gitattributes": "*.yaml diff=nothing\n"},
        {".gitattributes": "*.yaml filter=lfs diff=lfs merge=lfs -text\n"},
        {".gitignore": "*\n"},
        {".gitleaks.toml": '[[allowlists]]\nregexes = [".*"]\n'},
        {".gitleaksignore": "a.yaml:aws-access-token:2\n"},
    ],
    ids=lambda files: " ".join(next(iter(files.items()))).strip(),
)
def test_nothing_in_the_tree_hides_it(history: History, files: dict[str, str | bytes | None]) -> None:
    history.commit({"a.yaml": TEXT.replace(KEY, f"{KEY} # gitleaks:allow"), **files})
    history.commit({"a.yaml": None})
    assert only(history.scan()).location.path == "a.yaml"


def test_in_a_file_that_git_takes_for_binary(history: History) -> None:
    history.commit({"a.bin": b"\0\1\2" + TEXT.encode() + b"\0"})
    assert only(history.scan()).location.path == "a.bin"


@pytest.mark.parametrize(
    "name", ["ä b.yaml", "new\nline.yaml", "\nbegin.yaml", "-x.yaml", "tab\t.yaml", '"q".yaml']
)
def test_in_a_file_of_any_name(history: History, name: str) -> None:
    history.commit({name: TEXT})
    history.commit({name: None})
    assert only(history.scan()).rule == "aws-access-token"


def test_in_a_merge_that_neither_side_has(history: History) -> None:
    history.git("checkout", "--quiet", "-b", "side")
    history.commit({"side": "nothing\n"})
    history.git("checkout", "--quiet", "main")
    history.commit({"main": "nothing\n"})
    history.git("merge", "--quiet", "--no-commit", "side")
    history.commit({"evil.yaml": TEXT})
    history.commit({"evil.yaml": None})
    assert only(history.scan()).location.path == "evil.yaml"


def test_on_a_side_branch_that_was_merged(history: History) -> None:
    history.git("checkout", "--quiet", "-b", "side")
    history.commit({"a.yaml": TEXT})
    history.commit({"a.yaml": None})
    history.git("checkout", "--quiet", "main")
    history.git("merge", "--quiet", "--no-ff", "--message", "x", "side")
    assert only(history.scan()).location.path == "a.yaml"


def test_replaced_objects_are_not_believed(history: History) -> None:
    commit = history.commit({"a.yaml": TEXT})
    history.commit({"a.yaml": None})
    history.git("replace", commit, history.base)
    assert only(history.scan()).location.path == "a.yaml"


@pytest.mark.parametrize("base", ["0" * 40, "no-such-branch", "--all", "HEAD~99"])
def test_a_base_that_is_not_there_fails(history: History, base: str) -> None:
    found = only(history.scan(base))
    assert (found.rule, found.tool) == ("scanner-coverage", "modelyard")
    assert "fetch-depth: 0" in found.hint


def test_a_history_that_is_cut_off_in_between_fails(history: History, tmp_path: Path) -> None:
    history.commit({"b": "nothing\n"})
    history.commit({"a.yaml": TEXT})
    history.commit({"a.yaml": None})
    shallow = tmp_path / "shallow"
    history.git("clone", "--quiet", "--depth=1", f"file://{history.root}", str(shallow))
    for base in (None, history.base):
        found = only(scan_history(shallow, base, "HEAD").detections)
        assert found.rule == "scanner-coverage"
        assert "fetch-depth: 0" in found.hint
    # Deep enough for what is asked, though not for all there is.
    subprocess.run(["git", "-C", str(shallow), "fetch", "--quiet", "--depth=3"], check=True)
    assert only(scan_history(shallow, "HEAD~2", "HEAD").detections).rule == "aws-access-token"
    assert only(scan_history(shallow, history.base, "HEAD").detections).rule == "scanner-coverage"


def test_a_missing_object_fails(history: History) -> None:
    history.commit({"a.yaml": TEXT})
    oid = history.git("rev-parse", "HEAD:a.yaml")
    (history.root / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    assert only(history.scan()).tool == "modelyard"


def test_no_repository_fails(tmp_path: Path) -> None:
    assert only(scan_history(tmp_path, "HEAD~1", "HEAD").detections).tool == "modelyard"


def test_no_git_fails(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(history.root))
    assert only(history.scan()).rule in ("scanner-missing", "scanner-coverage")


def test_blobs_are_whole(history: History) -> None:
    data = bytes(range(256)) * 10
    history.commit({"a": data, "b": "", "c/d": "x"})
    blobs = {blob.path: blob.data for blob in new_blobs(history.root, history.base, "HEAD")}
    assert blobs == {"a": data, "b": b"", "c/d": b"x"}


def test_no_commits_and_nothing_to_say(history: History) -> None:
    report = scan_history(history.root, "HEAD", "HEAD")
    assert (report.detections, report.ran) == ((), ())

"""The init container's script, run by a real shell with a stand-in for the AWS CLI that reads a folder."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from pathlib import Path

import pytest

from modelyard.resolve.fetching import NO_VERSION, SCRIPT

# Writes its arguments down and "downloads" $BUCKETS/<bucket>/<key>, or <key>@<version>.
AWS = """#!/bin/sh
printf '%s\\n' "$@" >>"$BUCKETS/calls"
for last; do :; done
case "$1 $2" in
  "s3 cp") cp "$BUCKETS/${4#s3://}" "$last" ;;
  "s3api get-object") cp "$BUCKETS/${3#--bucket=}/${4#--key=}@${5#--version-id=}" "$last" ;;
  *) exit 9 ;;
esac
"""


class Sandbox:
    def __init__(self, root: Path) -> None:
        self.buckets = root / "buckets"
        self.target = root / "target"
        self.bin = root / "bin"
        for folder in (self.buckets, self.target, self.bin):
            folder.mkdir()
        (self.bin / "aws").write_text(AWS)
        (self.bin / "aws").chmod(0o755)

    def put(self, key: str, content: bytes) -> str:
        """Puts an object into the bucket "models" and gives its checksum."""
        path = self.buckets / "models" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": f"{self.bin}:{os.environ['PATH']}", "BUCKETS": str(self.buckets)}
        command = ["sh", "-ceu", SCRIPT, "prepare", *words]
        return subprocess.run(command, env=env, cwd=self.target, capture_output=True, text=True, check=False)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


def test_fetches_what_has_the_right_checksum(sandbox: Sandbox) -> None:
    first, second = sandbox.put("a/model.bin", b"one"), sandbox.put("b.bin@v2", b"two")
    one, two = sandbox.target / "opt/ml/model.bin", sandbox.target / "b.bin"
    words = ["fetch", "models", "a/model.bin", NO_VERSION, first, str(one)]
    done = sandbox.run(*words, "fetch", "models", "b.bin", "v2", second, str(two))
    assert done.returncode == 0, done.stderr
    assert (one.read_bytes(), two.read_bytes()) == (b"one", b"two")
    assert stat.S_IMODE(one.stat().st_mode) == 0o644


def test_ends_at_a_wrong_checksum(sandbox: Sandbox) -> None:
    right = sandbox.put("a", b"one")
    wrong = right.translate(str.maketrans("0123456789", "1234567890"))
    path = sandbox.target / "a"
    later = sandbox.target / "later"
    done = sandbox.run(
        "fetch",
        "models",
        "a",
        NO_VERSION,
        wrong,
        str(path),
        "fetch",
        "models",
        "a",
        NO_VERSION,
        right,
        str(later),
    )
    assert done.returncode != 0
    assert "FAILED" in done.stdout
    assert not path.exists(), "a file gets its name only once it is verified"
    assert not later.exists()


def test_ends_where_there_is_no_such_object(sandbox: Sandbox) -> None:
    done = sandbox.run("fetch", "models", "gone", NO_VERSION, "0" * 64, str(sandbox.target / "a"))
    assert done.returncode != 0


@pytest.mark.parametrize(
    "key",
    ["$(touch pwned)", "`touch pwned`", "; touch pwned", "x' && touch pwned '", "-rf", "--version", "a b*c"],
)
def test_reads_no_argument_as_shell(sandbox: Sandbox, key: str) -> None:
    checksum = sandbox.put(key, b"content")
    path = sandbox.target / "file"
    done = sandbox.run("fetch", "models", key, NO_VERSION, checksum, str(path))
    assert done.returncode == 0, done.stderr
    assert sorted(item.name for item in sandbox.target.iterdir()) == ["file"]
    assert f"s3://models/{key}" in (sandbox.buckets / "calls").read_text().splitlines()


@pytest.mark.parametrize("key", ["file:///etc/passwd", "fileb://etc/passwd"])
def test_lets_the_aws_cli_read_no_local_file(sandbox: Sandbox, key: str) -> None:
    done = sandbox.run("fetch", "models", key, NO_VERSION, "0" * 64, str(sandbox.target / "file"))
    assert done.returncode == 64
    assert not (sandbox.buckets / "calls").exists()


def test_opens_folders_to_everybody(sandbox: Sandbox) -> None:
    folder = sandbox.target / "work"
    folder.mkdir(mode=0o755)
    assert sandbox.run("open", str(folder)).returncode == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o1777


def test_refuses_what_it_does_not_know(sandbox: Sandbox) -> None:
    done = sandbox.run("remove", "/")
    assert done.returncode == 64
    assert "unknown instruction: remove" in done.stderr

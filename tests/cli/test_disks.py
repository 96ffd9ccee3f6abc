"""Disks that refuse: read-only, full, somebody else's."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import (
    CASE,
    COMMAND,
    assert_no_half_file,
    contents,
    environ,
    put,
    rendered,
)
from tests.write.test_inability import NAMESPACE


def in_namespace(root: Path, *commands: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs commands in a shell with mounts of its own; skips where that is not allowed."""
    script = "; ".join(shlex.join(command) for command in commands)
    check = f"mount -t tmpfs none {shlex.quote(str(root))} && umount {shlex.quote(str(root))} || exit 99"
    shell = [*NAMESPACE, "sh", "-c", f"{check}; {script}"]
    try:
        done = subprocess.run(
            shell, env=environ(), cwd=root.parent, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode == 99:
        pytest.skip("no mounts allowed here")
    assert "Traceback" not in done.stderr
    return done


def command(root: Path, *arguments: str) -> list[str]:
    """A command that tells its exit code as well."""
    inner = shlex.join([*COMMAND, *arguments, "--root", str(root)])
    return ["sh", "-c", f"{inner}; echo code $?"]


def read_only(root: Path) -> list[list[str]]:
    mount = ["mount", "--bind", str(root), str(root)]
    return [mount, ["mount", "-o", "remount,bind,ro", str(root)]]


def test_a_read_only_tree(repo: Path) -> None:
    done = in_namespace(
        repo,
        *read_only(repo),
        command(repo, "render", "--check"),
        command(repo, "validate"),
        command(repo, "render"),
    )
    assert [line for line in done.stdout.splitlines() if line.startswith("code")] == [
        "code 0",
        "code 0",
        "code 2",
    ]
    assert done.stderr.count("\n") == 2
    assert "Read-only file system" in done.stderr
    assert "--check" in done.stderr
    put(repo, {"models/echo/model.yaml": (CASE / "models/echo/model.yaml").read_text().replace("2Gi", "3Gi")})
    before = contents(repo)
    done = in_namespace(
        repo, *read_only(repo), command(repo, "render", "--check"), command(repo, "render", "--diff")
    )
    assert [line for line in done.stdout.splitlines() if line.startswith("code")] == ["code 1", "code 1"]
    assert "+++ b/environments/dev/rendered/echo/" in done.stdout
    assert contents(repo) == before


def test_a_full_disk(many: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    root = tmp_path / "r"
    root.mkdir()
    kept = tmp_path / "kept"
    needed = sum(max(len(data), 4096) for data in contents(many).values()) // 1024
    size = needed + 400  # KiB: room for the sources, and for some of what is rendered
    done = in_namespace(
        root,
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "none", str(root)],
        ["cp", "-r", f"{many}/models", f"{many}/environments", f"{many}/Dockerfiles", str(root)],
        command(root, "render", "--jobs", "1"),
        ["cp", "-r", str(root), str(kept)],
        ["mount", "-o", "remount,size=64m", str(root)],
        command(root, "render", "--jobs", "1"),
        ["cp", "-r", str(root), f"{kept}-after"],
    )
    assert [line for line in done.stdout.splitlines() if line.startswith("code")] == ["code 2", "code 0"]
    assert "No space left on device" in done.stderr
    assert "free some space" in done.stderr
    left = rendered(kept)
    assert 0 < len(left) < len(whole)
    assert not left.keys() - whole.keys()
    assert_no_half_file(kept)
    assert rendered(Path(f"{kept}-after")) == whole


# Root would be let through. Everything is imported first, for Python itself may be in root's home.
SCRIPT = """
import os, sys
import modelyard.write.lock
from modelyard.cli import main
assert main(["render", "--check", "--format", "sarif", "--root", sys.argv[1]]) == 1
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid(65534)
sys.exit(main(["render", *sys.argv[2:], "--root", sys.argv[1]]))
"""
UNPRIVILEGED = (sys.executable, "-c", SCRIPT)


def test_a_tree_of_somebody_else(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": (CASE / "models/echo/model.yaml").read_text().replace("2Gi", "3Gi")})
    before = contents(repo)
    places = [repo, *(path for path in repo.rglob("*") if path.is_dir())]
    modes = {path: path.stat().st_mode for path in places}
    for path in places:
        path.chmod(0o555)
    parents = [path for path in repo.parents if path.stat().st_mode & 0o777 == 0o700]
    for path in parents:
        path.chmod(0o711)
    try:
        outcomes = [
            subprocess.run(
                [*UNPRIVILEGED, str(repo), *more], env=environ(), capture_output=True, text=True, check=False
            )
            for more in (["--check"], [])
        ]
    finally:
        for path in parents:
            path.chmod(0o700)
        for path, mode in modes.items():
            path.chmod(mode)
    check, write = outcomes
    assert (check.returncode, check.stderr) == (1, "")
    assert write.returncode == 2
    assert "Permission denied" in write.stderr
    assert "Traceback" not in write.stderr
    assert contents(repo) == before

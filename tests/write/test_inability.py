"""Trees that cannot be written or read, for real: as root or as a user, with or without mounts."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.write.files import OUT, files_of, put, sealed
from tests.write.processes import WORKER, finish, start, whole_files
from tests.write.worker import wanted

NAMESPACE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")


def in_namespace(root: Path, *commands: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs commands with mounts of their own, which go away with them; skips where that is not allowed."""
    try:
        probe = [*NAMESPACE, "mount", "-t", "tmpfs", "none", str(root)]
        allowed = subprocess.run(probe, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare here; the tests without mounts cover the same code")
    if allowed.returncode:
        pytest.skip("no mounts allowed here; the tests without mounts cover the same code")
    script = " && ".join(shlex.join(command) for command in commands)
    return subprocess.run([*NAMESPACE, "sh", "-c", script], capture_output=True, text=True, check=False)


def worker(mode: str, root: Path, generation: int = 0) -> list[str]:
    return [sys.executable, str(WORKER), mode, str(root), str(generation)]


@pytest.mark.parametrize("mode", ["locked", "unlocked"])
@pytest.mark.parametrize("exists", [True, False], ids=["update", "create"])
def test_a_read_only_disk(tmp_path: Path, mode: str, exists: bool) -> None:
    if exists:
        put(tmp_path, wanted(1))
        (tmp_path / ".cache/modelyard").mkdir(parents=True)
    before = files_of(tmp_path)
    mount = ["mount", "--bind", str(tmp_path), str(tmp_path)]
    remount = ["mount", "-o", "remount,bind,ro", str(tmp_path)]
    result = in_namespace(tmp_path, mount, remount, worker(mode, tmp_path))
    assert (result.returncode, result.stderr) == (3, "")
    path, reason, hint = result.stdout.splitlines()[-1].split("|")
    assert reason == "Read-only file system"
    assert "--check" in hint
    assert path.startswith(".cache/modelyard/lock" if mode == "locked" else OUT)
    assert result.stdout.startswith("ready\n") == (mode == "unlocked")  # the plan itself was made
    assert files_of(tmp_path) == before


def test_a_full_disk(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(tmp_path)]
    keep = ["cp", "-r", str(tmp_path), f"{tmp_path}-seen"]
    script = ["sh", "-c", f"{shlex.join(worker('locked', tmp_path))}; echo code $?; {shlex.join(keep)}"]
    result = in_namespace(tmp_path, mount, script)
    assert result.stderr == ""
    ready, error, code = result.stdout.splitlines()
    assert (ready, code) == ("ready", "code 3")
    path, reason, hint = error.split("|")
    assert reason == "No space left on device"
    assert "free some space" in hint
    seen = Path(f"{tmp_path}-seen")
    left = whole_files(seen)
    assert files_of(seen) == left  # no file in the making is left
    assert 0 < len(left) < len(wanted(0))
    assert path in wanted(0)
    assert path not in left


def test_a_limit_on_file_sizes(tmp_path: Path) -> None:
    put(tmp_path, {next(iter(wanted(0))): sealed("small")})
    code, output = finish(start("small-files", tmp_path))
    assert code == 3
    _, reason, hint = output.splitlines()[-1].split("|")
    assert reason == "File too large"
    assert "ulimit -f" in hint
    assert files_of(tmp_path) == {next(iter(wanted(0))): sealed("small")}


@pytest.mark.parametrize("exists", [True, False], ids=["update", "create"])
def test_a_tree_of_somebody_else(tmp_path: Path, exists: bool) -> None:
    put(tmp_path, wanted(0) if exists else {"models/x": b"mine"})
    first = next(iter(sorted(wanted(0))))
    locked = [path for path in [tmp_path, *tmp_path.rglob("*")] if path.is_dir()]
    for folder in locked:
        folder.chmod(0o555)
    before = files_of(tmp_path)
    try:
        code, output = finish(start("unprivileged", tmp_path, 1))
    finally:
        for folder in locked:
            folder.chmod(0o755)
    assert code == 3
    path, reason, hint = output.splitlines()[-1].split("|")
    assert path == (first if exists else sorted(wanted(1))[0])
    assert reason == "Permission denied"
    assert "chown" in hint
    assert files_of(tmp_path) == before


UNREADABLE = """
import os, sys
from pathlib import Path
from modelyard.write import Tree, digest_tree
from tests.write.files import rules, sealed
from modelyard.write import plan
with Tree(Path(sys.argv[1])) as tree:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setuid(65534)
    made = plan(tree, {"out/a": sealed("a"), "out/b/c": sealed("c"), "out/d": sealed("d")}, ["out"])
    print(rules(made), [change.path for change in made.changes], len(digest_tree(tree, ["out"])))
    print(made.findings[0].message, "|", made.findings[0].hint)
"""


def test_what_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    put(tmp_path, {"out/a": sealed("a"), "out/b/c": sealed("c"), "out/d": sealed("d")})
    (tmp_path / "out/a").chmod(0)
    (tmp_path / "out/b").chmod(0)
    tmp_path.chmod(0o755)
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'tools'}"}
    command = [sys.executable, "-c", UNREADABLE, str(tmp_path)]
    try:
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    finally:
        (tmp_path / "out/b").chmod(0o755)
    assert result.stderr == ""
    first, second = result.stdout.splitlines()
    assert first == "[('unreadable', 'out/a'), ('unreadable', 'out/b')] ['out/d'] 32"
    assert second.startswith("cannot be read: Permission denied | see its owner and mode with `ls -ld out/a`")

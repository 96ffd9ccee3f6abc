"""A checkout of this repository to follow a document in: its commands, run as a reader runs them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What a clone has not: caches, and what tools make.
_NOT_CLONED = shutil.ignore_patterns(
    ".git", ".venv*", ".cache", ".*_cache", ".hypothesis", "__pycache__", "node_modules"
)
_GIT = ("git", "-c", "user.name=docs", "-c", "user.email=docs@example.com", "-c", "core.hooksPath=")
_ENVIRONMENT = {
    "COLUMNS": "100",
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
_VARIES = (
    (re.compile(r"(?<=in )\d+\.\d+(?= ?s\b)"), "N"),
    (re.compile(r"(?<=commit: )\"?[0-9a-f]{40}\"?"), "<commit>"),
    (re.compile(r", \d+ deselected"), ""),
)
ANY_LINES = "…"


def checkout(root: Path) -> Path:
    """Copies this repository into ``root`` and commits it, with its environments made already."""
    shutil.copytree(ROOT, root, ignore=_NOT_CLONED, symlinks=True)
    for folder, lock in ((".venv", "run.lock"), (".venv-test", "test.lock")):
        _environment(root, folder, lock)
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "As cloned"]):
        subprocess.run([*_GIT, *arguments], cwd=root, check=True)
    return root


def _environment(root: Path, folder: str, lock: str) -> None:
    """What tools/bootstrap would make, out of the packages that run this test."""
    venv.create(root / folder, with_pip=False, symlinks=True)
    (packages,) = (root / folder).glob("lib/python3*/site-packages")
    (packages / "modelyard.pth").write_text(f"{root / 'tools'}\n{sysconfig.get_path('purelib')}\n")
    shutil.copyfile(root / "tools" / "requirements" / lock, root / folder / "installed.lock")


def run(root: Path, command: str) -> list[str]:
    """What a command prints on both streams, by lines."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    # Of its own: pytest looks through what other runs left there, and may complain about it.
    temporary = root.with_name(f"{root.name}-tmp")
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=root,
        env={**kept, **_ENVIRONMENT, "TMPDIR": str(temporary)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return [line.rstrip() for line in done.stdout.splitlines()]


def normal(line: str) -> str:
    """A line without what differs from run to run: seconds, commits, how many tests were left out."""
    for pattern, instead in _VARIES:
        line = pattern.sub(instead, line)
    return line.rstrip()


def fits(shown: list[str], lines: list[str]) -> bool:
    """Whether ``shown`` is ``lines``, where a line of ``…`` stands for any number of them."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ANY_LINES else re.escape(normal(line)) + r"\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{normal(line)}\n" for line in lines)) is not None

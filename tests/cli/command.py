"""The commands as processes of their own, and what they left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.emit import SealState, check_seal
from tests.support.repo import COMMON, ROOT, TESTS, lay

CASE = TESTS / "cases" / "cli"
# Compiled once for all the processes of these tests, and not beside the sources.
_BYTECODE = tempfile.TemporaryDirectory(prefix="modelyard-bytecode-")
COMMAND = (sys.executable, "-m", "modelyard")


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its stdout, which must be one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def rules(self) -> set[tuple[str, str]]:
        """(path, rule) of each finding of a run with ``--format json``."""
        return {(item["path"], item["rule"]) for item in self.json["findings"]}


def environ(**more: str) -> dict[str, str]:
    """A plain environment: what the tests' own caller set must not show."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    fixed = {"PYTHONPATH": str(ROOT / "tools"), "PYTHONPYCACHEPREFIX": _BYTECODE.name, "LC_ALL": "C.UTF-8"}
    return {**kept, **fixed, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **more}


def start(root: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """A command in a session of its own, in the repository's folder."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=root,
        env=environ(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], *, after: str = "") -> Outcome:
    """Waits for a command. A traceback, a bug's exit code or a minute fail the test."""
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err, f"{after}\n{err}"
    assert process.returncode != 3, f"{after}\n{err}"
    return Outcome(process.returncode, out, err)


def run(root: Path, *arguments: str, **more: str) -> Outcome:
    """Runs a command to its end."""
    return finish(start(root, *arguments, **more), after=" ".join(arguments))


def good(root: Path, *arguments: str, **more: str) -> Outcome:
    """Runs a command that must not find anything wrong, nor say anything on stderr."""
    outcome = run(root, *arguments, **more)
    assert (outcome.code, outcome.err) == (0, ""), outcome
    return outcome


def lay_repository(target: Path, *layers: Path) -> Path:
    """The common environments, the three small models of these tests, and more on top."""
    return lay(target, COMMON, CASE, *layers)


def put(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Writes files, with their folders."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a repository by its path, without the tools' cache and Git's own folder."""
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in (".cache", ".git")]
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                found[os.path.relpath(path, root)] = Path(path).read_bytes()
    return found


def rendered(root: Path) -> dict[str, bytes]:
    """What is generated: Dockerfiles and the environments' rendered folders."""
    return {
        path: data
        for path, data in contents(root).items()
        if "/rendered/" in path or Path(path).name.startswith("Dockerfile")
    }


def copies(template: Path, root: Path, name: str, count: int) -> None:
    """``count`` models more, each a copy of one, called like it with a number."""
    manifest = (template / f"models/{name}/model.yaml").read_text()
    for number in range(count):
        new = f"{name}-{number:03d}"
        shutil.copytree(template / f"models/{name}", root / f"models/{new}")
        put(root, {f"models/{new}/model.yaml": manifest.replace(f"name: {name}\n", f"name: {new}\n")})


def git(root: Path, *arguments: str, stdin: str | None = None) -> str:
    """What Git prints; it must succeed."""
    done = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
        cwd=root, env=environ(), input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit_all(root: Path, message: str = "a commit") -> str:
    """Commits everything and gives the commit's hash."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(root, "rev-parse", "HEAD").strip()


def assert_no_half_file(root: Path) -> None:
    """Every generated file is whole; files in the making are not counted."""
    for path, data in rendered(root).items():
        if "/.modelyard-" not in path:
            assert check_seal(data) is SealState.GENUINE, path

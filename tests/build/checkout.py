"""Small repositories in Git, rendered by the real pipeline, to build from."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.build.index import requirement
from tests.support.repo import COMMON, lay, render

DATE = "2026-11-01T12:00:00+00:00"
EPOCH = 1_793_534_400
_WHO = {
    f"GIT_{who}_{what}": text
    for who in ("AUTHOR", "COMMITTER")
    for what, text in {"NAME": "Tests", "EMAIL": "tests@example.com", "DATE": DATE}.items()
}
ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, **_WHO}


def git(root: Path, *arguments: str) -> str:
    """Runs Git without the settings of whoever runs the tests; gives what it prints."""
    command = ["git", "-C", str(root), *arguments]
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(root: Path, message: str = "A case") -> str:
    """Commits everything and gives the commit."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(root, "rev-parse", "HEAD")


def manifest(name: str, base: str, requirements: bool) -> str:
    """A service that is built from its folder ``src``."""
    lock = "requirements: requirements.lock, " if requirements else ""
    image = f"build: {{base: {base}, {lock}source: src, command: [python, /app/app.py]}}"
    head = (
        f"apiVersion: modelyard.dev/v1\nkind: Service\nname: {name}\nowner: risk-ml\ndescription: A case.\n"
    )
    return (
        f"{head}image: {{{image}}}\nresources: {{cpu: 250m, memory: 512Mi}}\ntargets: {{kubernetes: {{}}}}\n"
    )


def lay_out(root: Path, base: str = "python-3.12-slim") -> Path:
    """The models ``echo``, with a requirement, and ``plain``, without; rendered, not yet in Git."""
    lay(root, COMMON)
    for name, locked in (("echo", True), ("plain", False)):
        folder = root / "models" / name
        (folder / "src").mkdir(parents=True)
        (folder / "src/app.py").write_text(f"print('this is {name}')\n")
        (folder / "model.yaml").write_text(manifest(name, base, locked))
        if locked:
            (folder / "requirements.lock").write_text(requirement())
    result = render(root)
    assert not result.errors, result.all_findings
    return root


def serve(root: Path) -> Path:
    """Adds the model ``served``, which Modelyard's server runs, and a stand-in for that server: its folder.

    Nothing can build it: its lock names the packages that the server needs, and no wheel has these hashes.
    """
    server, model = root / "server/modelyard_server", root / "models/served"
    for folder, file in ((server, "__init__.py"), (model / "src", "inference.py")):
        folder.mkdir(parents=True)
        (folder / file).write_text("VERSION = 1\n")
    needed = ("httptools", "orjson", "prometheus-client", "uvicorn")
    pins = [f"{name}==1.0 --hash=sha256:{'0' * 64}\n" for name in needed]
    (model / "requirements.lock").write_text("".join(pins))
    own = manifest("served", "python-3.12-slim", requirements=True)
    own = own.replace(", command: [python, /app/app.py]", "") + "runtime: modelyard\n"
    (model / "model.yaml").write_text(own)
    return server


def start(root: Path) -> Path:
    """Puts a folder into Git, with an origin whose URL has a password."""
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "remote", "add", "origin", "https://user:canary-git-77aa@example.com/acme/models.git")
    commit(root)
    return root


def make(root: Path, base: str, digest: str) -> Path:
    """The repository with another digest of the base image, committed."""
    lay_out(root, base)
    catalogue = root / "Dockerfiles/base-images.yaml"
    before, entry, after = catalogue.read_text().partition(f"  {base}:\n")
    lines = after.split("\n")
    number = next(number for number, line in enumerate(lines) if line.startswith("    digest: "))
    lines[number] = f"    digest: {digest}"
    catalogue.write_text(before + entry + "\n".join(lines))
    assert not render(root).errors
    return start(root)

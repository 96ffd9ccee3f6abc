"""When packages are installed, and when a test that cannot run is skipped and when it has failed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.containers.repository import ROOT

CHEAP = "tests/containers/test_nothing_is_left.py::test_a_run_that_is_alive_is_left_alone"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PATH with git, env and a package manager that only notes what it is asked: there is no engine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "env", "sh", "python3"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    for name in ("apt-get", "sudo"):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "{tmp_path}/asked"\n')
        (folder / name).chmod(0o755)
    return folder


def checks(path: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    """Exit code and output of ``tools/test`` with these arguments, and what was asked to be installed."""
    environ = {"PATH": str(path), "HOME": os.environ["HOME"], **more}
    command = [sys.executable, "-I", "-X", "utf8", str(ROOT / "tools/bootstrap/checks.py"), *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    asked = path.parent / "asked"
    return done.returncode, done.stdout + done.stderr, asked.read_text() if asked.exists() else ""


def test_without_an_engine_it_is_skipped_in_one_line_that_says_why(path: Path) -> None:
    code, said, asked = checks(path, "-q", CHEAP)
    assert (code, asked) == (0, "")
    (line,) = [line for line in said.splitlines() if line.startswith("SKIPPED")]
    assert line.endswith(": podman is not installed")


@pytest.mark.parametrize(("words", "ci"), [(["--with-containers"], ""), ([], "true")])
def test_with_containers_packages_are_installed_and_a_skip_is_a_failure(
    path: Path, words: list[str], ci: str
) -> None:
    code, said, asked = checks(path, *words, "-q", CHEAP, CI=ci)
    assert code == 1
    assert "skipped where containers are required" in said
    assert "podman is not installed" in said
    update, install = asked.splitlines()
    assert update.endswith("apt-get --quiet=2 update") or update == "apt-get --quiet=2 update"
    assert "install --yes --no-install-recommends podman buildah" in install


def test_nothing_is_installed_that_is_there(path: Path) -> None:
    for name in ("podman", "buildah", "runc", "catatonit", "iptables", "docker-registry"):
        (path / name).write_text("#!/bin/sh\nexit 1\n")
        (path / name).chmod(0o755)
    code, said, asked = checks(path, "--with-containers", "-q", CHEAP)
    assert (code, asked) == (1, ""), said

"""Which engine is found, with engines that are small programs written here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from modelyard.engines import NoEngine, find_engine
from modelyard.errors import UsageError

GOOD = {
    "docker": '[ "$1" = version ] && echo 27.0.1 || echo "github.com/docker/buildx v0.19.3 48d6a39"',
    "podman": 'echo "podman version 4.3.1"',
    "buildah": 'echo "buildah version 1.28.2 (image-spec 1.1.0-rc2)"',
}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that alone is on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("MODELYARD_ENGINE", raising=False)
    return tmp_path


def add(folder: Path, name: str, script: str | None = None) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script or GOOD[name]}\n")
    program.chmod(0o755)


def test_the_order(programs: Path) -> None:
    for name in ("buildah", "podman", "docker"):
        add(programs, name)
        found = find_engine()
        assert found.name == name
        assert (found.runner is None) == (name == "buildah")
    assert found.version == "0.19.3"
    assert find_engine("buildah").name == "buildah"


def test_the_variable_and_the_option(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        add(programs, name)
    monkeypatch.setenv("MODELYARD_ENGINE", "podman")
    assert find_engine().name == "podman"
    assert find_engine("docker").name == "docker"
    monkeypatch.setenv("MODELYARD_ENGINE", "nerdctl")
    with pytest.raises(UsageError, match="MODELYARD_ENGINE nerdctl: the engines are docker, podman, buildah"):
        find_engine()


def test_a_docker_without_daemon_or_buildx_is_passed_over(programs: Path) -> None:
    add(programs, "podman")
    add(programs, "docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    assert find_engine().name == "podman"
    with pytest.raises(
        NoEngine, match=r"docker: no daemon answers it \(Cannot connect to the Docker daemon\)"
    ):
        find_engine("docker")
    add(programs, "docker", '[ "$1" = version ] || { echo "unknown command: docker buildx" >&2; exit 1; }')
    with pytest.raises(NoEngine, match="docker: it has no buildx plugin"):
        find_engine("docker")


def test_an_engine_that_is_too_old(programs: Path) -> None:
    add(programs, "podman", "echo podman version 3.4.4")
    with pytest.raises(NoEngine, match=r"podman: it is 3\.4\.4, and 4\.1 is the oldest"):
        find_engine()
    add(programs, "podman", "echo no number")
    with pytest.raises(NoEngine, match="does not say its version"):
        find_engine()


def test_none_at_all(programs: Path) -> None:
    with pytest.raises(NoEngine) as caught:
        find_engine()
    said = str(caught.value)
    for name in GOOD:
        assert f"{name}: not on PATH" in said
        assert f"to get {name}: " in said


def test_one_that_only_builds_is_none_to_run(programs: Path) -> None:
    add(programs, "buildah")
    with pytest.raises(NoEngine, match="builds images and runs none"):
        find_engine(to_run=True)
    assert os.environ["PATH"] == str(programs)

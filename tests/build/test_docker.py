"""The same with docker buildx, where this machine has a daemon: its images are removed again.

The daemon is the user's, with its own settings: the base image is pulled from the loopback registry by name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelyard.engines import Engine, NoEngine, find_engine
from tests.build.checkout import commit
from tests.build.index import PASSWORD, Index
from tests.support.containers.registry import Registry
from tests.support.repo import ROOT, render

pytestmark = [pytest.mark.containers, pytest.mark.slow]
Build = dict[str, Any]


@pytest.fixture(scope="session")
def docker() -> Engine:
    try:
        return find_engine("docker")
    except NoEngine:
        pytest.skip("no docker with buildx answers here")


@pytest.fixture
def from_loopback(repository: Path, local: Registry) -> Path:
    """The repository, with a base image whose name says where it is."""
    catalogue = repository / "Dockerfiles/base-images.yaml"
    text = catalogue.read_text().replace("docker.io/library/python\n", f"{local.host}/library/python\n")
    catalogue.write_text(text)
    result = render(repository)
    assert not result.errors, result.all_findings
    commit(repository)
    return repository


@pytest.fixture
def made(docker: Engine) -> Iterator[list[str]]:
    """Names of images that the test makes."""
    names: list[str] = []
    yield names
    subprocess.run(["docker", "image", "rm", "--force", *names], check=True, capture_output=True)


def build(root: Path, made: list[str], index: Index, *arguments: str) -> Build:
    """Builds and gives what `--metadata` says of the one image."""
    command = [
        sys.executable,
        "-m",
        "modelyard",
        "build",
        *arguments,
        "--engine",
        "docker",
        "--network",
        "host",
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "tools"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": index.url,
        "HTTPS_PROXY": "http://user:canary-proxy-91be@127.0.0.1:9",
    }
    done = subprocess.run(
        [*command, "--metadata", "-"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (image,) = json.loads(done.stdout)["images"]
    made += image["tags"]
    assert isinstance(image, dict)
    return image


def test_the_same_bytes_and_no_secrets(
    from_loopback: Path, made: list[str], index: Index, local: Registry, tmp_path: Path
) -> None:
    from tests.build.test_containers import members

    first = build(from_loopback, made, index, "echo", "--no-cache")
    assert first["reproducible"] is True, "the daemon keeps images with containerd"
    again = build(from_loopback, made, index, "echo", "--no-cache")
    pushed = build(from_loopback, made, index, "echo", "--push", "--registry", f"{local.host}/docker")
    assert first["digest"] == again["digest"] == pushed["digest"]
    assert pushed["cachedSteps"] == pushed["steps"]
    archive = tmp_path / "image.tar"
    subprocess.run(["docker", "save", "--output", str(archive), first["tags"][0]], check=True)
    for name, content in members(archive.read_bytes()):
        for secret in (PASSWORD, "canary-proxy-91be", "canary-git-77aa"):
            assert secret.encode() not in content, f"{secret} is in {name}"


def test_an_archive_has_a_digest_of_its_own(
    from_loopback: Path, made: list[str], index: Index, tmp_path: Path
) -> None:
    image = build(from_loopback, made, index, "plain", "--output", str(tmp_path / "out"))
    assert (tmp_path / "out/plain.tar").is_file()
    assert image["archiveDigest"] not in ("", image["digest"])


def test_bake_takes_the_file(from_loopback: Path, docker: Engine) -> None:
    command = [sys.executable, "-m", "modelyard", "build", "--all", "--print-bake"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    file = subprocess.run(command, cwd=from_loopback, env=environment, capture_output=True, check=True).stdout
    bake = ["docker", "buildx", "bake", "--file", "-", "--print"]
    done = subprocess.run(bake, cwd=from_loopback, input=file, capture_output=True, check=True)
    said = json.loads(done.stdout)
    assert said["group"]["default"]["targets"] == ["echo", "plain"]
    assert said["target"]["echo"]["secret"] == ["id=pipconf,src=/dev/null", "id=cabundle,src=/dev/null"]

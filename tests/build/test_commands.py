"""The words that engines are called with; `expected/` holds them, one a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelyard.engines.api import Builder, BuildRequest, Mount, Port, RunOptions
from modelyard.engines.docker import Docker
from modelyard.engines.podman import Podman
from modelyard.engines.runner import create_words

EXPECTED = Path(__file__).parent / "expected"
REQUEST = BuildRequest(
    context=Path("/r/models/echo"),
    dockerfile=Path("/r/Dockerfiles/echo/Dockerfile"),
    ignore_file=Path("/r/Dockerfiles/echo/Dockerfile.dockerignore"),
    tags=("localhost/echo:in-0123456789abcdef", "localhost/echo:v1"),
    folder=Path("/private"),
    created=1_793_534_400,
    platforms=("linux/amd64",),
    labels={"org.opencontainers.image.revision": "a" * 40, "b": "two words $X"},
    contexts={"modelyard-server": Path("/r/server")},
    secrets={"pipconf": Path("/private/pip.conf"), "cabundle": Path("/etc/ca.pem")},
    cache=False,
    network="host",
)
BUILDERS: dict[str, Builder] = {
    "docker": Docker("docker", "0.13.1"),
    "podman": Podman("podman", "podman", "4.3.1"),
    "buildah": Podman("buildah", "buildah", "1.28.2"),
}


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_build(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example:3128")
    words = BUILDERS[name].describe(REQUEST)
    assert "\n".join(words) + "\n" == (EXPECTED / f"build-{name}.txt").read_text()


@pytest.mark.parametrize("name", ["docker", "podman"])
def test_create(name: str) -> None:
    options = RunOptions(
        image="localhost/echo:in-0123456789abcdef",
        name="echo-1",
        entrypoint=("python", "-m"),
        args=("http.server",),
        env={"B": "2", "A": "1 1"},
        secrets={"TOKEN": "canary"},
        labels={"dev.modelyard.run": "x"},
        user="10001:10001",
        memory=512 * 2**20,
        cpus="0.25",
        tmpfs={"/tmp": 16 * 2**20},
        mounts=(Mount(Path("/data"), "/opt/ml/model"), Mount(Path("/out"), "/out", read_only=False)),
        ports=(Port(8080), Port(9090, 9999)),
        shared_memory=64 * 2**20,
    )
    words = create_words(options, name)  # type: ignore[arg-type]
    assert "\n".join(words) + "\n" == (EXPECTED / f"create-{name}.txt").read_text()
    assert "canary" not in " ".join(words)


def test_a_container_that_joins_another_publishes_nothing() -> None:
    options = RunOptions(image="i", name="n", joins="abc", ports=(Port(8080),))
    words = create_words(options, "podman")
    assert "--network=container:abc" in words
    assert not [word for word in words if word.startswith("--publish")]


def test_podman_builds_for_one_platform_and_makes_no_provenance(tmp_path: Path) -> None:
    import dataclasses

    from modelyard.engines import EngineError

    for change in ({"platforms": ("linux/amd64", "linux/arm64")}, {"attest": True}):
        with pytest.raises(EngineError, match="use docker buildx"):
            BUILDERS["podman"].build(dataclasses.replace(REQUEST, **change), tmp_path / "log")

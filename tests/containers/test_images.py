"""The examples' images, built from their rendered Dockerfiles and run as hardened as in production."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.support.containers import inside
from tests.support.containers.asking import answers, ask, wait_for
from tests.support.containers.builds import MARK, Built, build
from tests.support.containers.engine import Engine
from tests.support.containers.repository import Repository
from tests.support.containers.seeds import Seeds

pytestmark = pytest.mark.containers
MIB = 1 << 20
SETTINGS = {
    "fraud-scorer": {name: f"made-up-{name}" for name in ("DB_PASSWORD", "API_TOKEN")},
    "shelf-vision/vision": {"MODEL_DIR": "/opt/ml/vision", "DEVICE": "cpu"},
    "shelf-vision/stats": {"MODEL_DIR": "/opt/ml/stats", "PORT": "8081"},
}
SERVERS = [
    pytest.param(image, marks=pytest.mark.needs(image))
    for image in (
        *("menu-recommender", "iris-classifier", "shelf-vision/stats", "shelf-vision/vision"),
        *("fraud-scorer", "churn-onnx", "ticket-router"),
    )
]
EVERY = [*(str(one.values[0]) for one in SERVERS), "feature-builder"]


@dataclass(frozen=True)
class Served:
    """A running server of an example, and what its manifest says of the container."""

    name: str
    port: int
    said: dict[str, Any]
    folder: Path

    def sample(self, kind: str) -> bytes:
        path: str = self.said["serve"][kind]
        return (self.folder / path).read_bytes()


@contextlib.contextmanager
def serving(
    engine: Engine, rendered: Repository, seeds: Seeds, tmp_path: Path, image: str, tag: str
) -> Iterator[Served]:
    """As in production: read-only, no capabilities, nothing to gain, limited, as the image's own user."""
    model, _, container = image.partition("/")
    manifest = yaml.safe_load((rendered.context(image) / "model.yaml").read_text())
    said = manifest["containers"][container] if container else manifest
    inner = said["serve"].get("port", 8080)
    name = f"{image.replace('/', '-')}-{secrets.token_hex(3)}"
    options = ["--name", name, "--publish", f"127.0.0.1::{inner}", "--read-only", "--read-only-tmpfs=false"]
    options += [
        "--tmpfs",
        "/tmp:rw,size=64m,exec",
        "--cap-drop",
        "ALL",
        "--security-opt",
        "no-new-privileges",
    ]
    options += ["--memory", "512m", "--cpus", "1.5", "--pids-limit", "256"]
    options += ["--network", engine.network] if engine.network else []
    for source, path in seeds.mounted(model, container, tmp_path / "weights").items():
        options += ["--volume", f"{source}:{path}:ro"]
    for key, value in SETTINGS.get(image, {}).items():
        options += ["--env", f"{key}={value}"]
    try:
        engine.podman("run", "--detach", *options, tag)
        port = int(engine.podman("port", name, str(inner)).stdout.rpartition(":")[2])
        wait_for(f"/ping of {image}", lambda: answers(port, "/ping"), 60)
        yield Served(name, port, said, rendered.context(image))
    finally:
        engine.podman("rm", "--force", "--ignore", "--time", "0", "--volumes", name)


@pytest.mark.parametrize("image", SERVERS)
def test_it_answers_its_sample_hardened_and_ends_when_told(
    containers: Engine, rendered: Repository, built: Built, seeds_of: Seeds, tmp_path: Path, image: str
) -> None:
    with serving(containers, rendered, seeds_of, tmp_path, image, built(image)) as server:
        answer = ask(server.port, "POST", "/invocations", server.sample("sample"))
        assert answer.status == 200, answer.body
        schema = json.loads(server.sample("response"))
        assert [error.message for error in Draft202012Validator(schema).iter_errors(answer.document)] == []

        facts = inside.ask(containers, server.name)
        assert (facts.user, facts.capabilities) == ((10001, 10001), {0})
        assert facts.said["no_new_privileges"]
        assert facts.memory == 512 * MIB
        assert facts.cores == 1.5
        assert {folder for folder in facts.said["touch"] if facts.writable(folder)} == {"/tmp"}

        # The image's own health check, as `docker ps` would have it.
        check = containers.inspect("image", built(image))["Healthcheck"]["Test"]
        containers.podman("exec", server.name, *check[1:])

        containers.podman("stop", "--time", "30", server.name)
        state = containers.inspect("container", server.name)["State"]
        log = containers.podman("logs", server.name)
        assert (state["ExitCode"], "Traceback" in log.stdout + log.stderr) == (0, False), log


@pytest.mark.parametrize("image", EVERY)
def test_its_settings_are_those_of_the_dockerfile(containers: Engine, built: Built, image: str) -> None:
    said = containers.inspect("image", built(image))
    config = said["Config"]
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"][0] in ("python", "gunicorn"), "no shell"
    labels = config["Labels"]
    assert labels["org.opencontainers.image.title"] == image
    assert labels["org.opencontainers.image.base.name"].startswith("docker.io/library/python:3.")
    names = {setting.partition("=")[0] for setting in config["Env"]}
    assert not {name for name in names if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}


def test_nothing_of_the_way_to_the_index_is_in_any_image(containers: Engine, built: Built) -> None:
    """Every layer, configuration and history of every image, with all that building left in the storage."""
    for image in EVERY:
        said = json.dumps(containers.inspect("image", built(image)))
        assert MARK not in said
    assert holding(containers, MARK, containers.folder / "storage") == []


def test_the_search_would_find_it(containers: Engine, tmp_path: Path) -> None:
    (tmp_path / "layer").write_bytes(b"\0" * 5000 + MARK.encode() + b"\0")
    assert holding(containers, MARK, tmp_path) == [str(tmp_path / "layer")]


def holding(containers: Engine, text: str, root: Path) -> list[str]:
    """The files below a folder that have the text in them, binary or not."""
    options = ["--recursive", "--files-with-matches", "--fixed-strings", "--devices=skip", "--regexp", text]
    done = containers.run(["grep", *options, str(root)], containers.environ, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


@pytest.mark.needs("menu-recommender")
def test_building_again_gives_the_same_image(containers: Engine, rendered: Repository, built: Built) -> None:
    first = built.report("menu-recommender").said
    (again,) = build(containers, rendered, "menu-recommender", "--no-cache")
    assert again.said["imageId"] == first["imageId"]
    assert again.said["digest"] == first["digest"]

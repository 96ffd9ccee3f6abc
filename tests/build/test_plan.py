"""What is to be built: names, labels, and the same for bake."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from modelyard.build.bake import bake_file, literal
from modelyard.build.plan import Choice, Image, images_of, labels
from modelyard.build.source import Commit
from modelyard.engines.docker import PUSHED, Docker
from modelyard.engines.podman import Podman
from modelyard.load.shared import load_shared
from modelyard.targets.registry import discover
from tests.build.checkout import commit, git, serve
from tests.support.repo import render

TAG = re.compile(r"in-[0-9a-f]{16}")


def images(root: Path, model: str, choice: Choice | None = None) -> list[Image]:
    targets = discover()
    return images_of(root, model, load_shared(root, targets.plugins), targets, choice or Choice())


def test_names_are_those_that_the_rendered_files_use(root: Path) -> None:
    (image,) = images(root, "echo", Choice("111122223333.dkr.ecr.eu-west-1.amazonaws.com/models", "v1"))
    manifests = root / "environments/dev/rendered/echo/kubernetes/eu-west-1/manifests.yaml"
    assert f"image: {image.tags[0]}\n" in manifests.read_text()
    assert image.tags[1] == "111122223333.dkr.ecr.eu-west-1.amazonaws.com/models/echo:v1"
    (here,) = images(root, "echo")
    assert here.tags[0].startswith("localhost/echo:in-")
    assert here.tags[0].rpartition(":")[2] == image.tags[0].rpartition(":")[2]


def test_the_platform_is_that_of_the_manifest(root: Path) -> None:
    manifest = root / "models/echo/model.yaml"
    manifest.write_text(manifest.read_text() + "architecture: arm64\n")
    (image,) = images(root, "echo")
    assert image.platforms == ("linux/arm64",)


def test_containers_have_images_of_their_own(root: Path) -> None:
    manifest = root / "models/plain/model.yaml"
    build = "image: {build: {base: python-3.12-slim, source: src, command: [python, /app/app.py]}}"
    text = manifest.read_text().split("image:")[0]
    text += f"containers:\n  a:\n    serve: {{}}\n    {build}\n  b:\n    {build}\n"
    manifest.write_text(text + "targets: {kubernetes: {}}\n")
    result = render(root)
    assert not result.errors, result.all_findings
    found = images(root, "plain")
    assert [image.repository for image in found] == ["plain/a", "plain/b"]
    assert [image.dockerfile for image in found] == [
        "Dockerfiles/plain/a/Dockerfile",
        "Dockerfiles/plain/b/Dockerfile",
    ]
    assert sorted(json.loads(bake_file(found))["target"]) == ["plain_a", "plain_b"]


def test_labels_are_of_the_commit_and_never_of_the_clock(root: Path) -> None:
    (image,) = images(root, "plain")
    assert image.labels == {
        "org.opencontainers.image.created": "2026-11-01T12:00:00Z",
        "org.opencontainers.image.revision": git(root, "rev-parse", "HEAD"),
        "org.opencontainers.image.source": "https://example.com/acme/models.git",
    }
    assert labels(Commit("", 0, "new"), "") == {
        "dev.modelyard.uncommitted": "true",
        "org.opencontainers.image.created": "1970-01-01T00:00:00Z",
    }


def test_the_bake_file(root: Path) -> None:
    found = [image for model in ("echo", "plain") for image in images(root, model)]
    text = bake_file(found, push=True, network="host")
    text = TAG.sub("in-INPUTS", text).replace(git(root, "rev-parse", "HEAD"), "COMMIT")
    assert text == (Path(__file__).parent / "expected/docker-bake.json").read_text()
    assert bake_file(found) == bake_file(list(reversed(found)))


def test_bake_says_what_the_tool_says_to_the_engine(root: Path, tmp_path: Path) -> None:
    (image,) = images(root, "echo")
    words = Docker("docker", "0.13.1").describe(image.request(root, tmp_path))
    target = json.loads(bake_file([image]))["target"]["echo"]
    assert [f"--tag={tag}" for tag in target["tags"]] == [word for word in words if word.startswith("--tag=")]
    said = sorted(f"--label={name}={value}" for name, value in target["labels"].items())
    assert said == [word for word in words if word.startswith("--label=")]
    assert f"--build-arg=SOURCE_DATE_EPOCH={target['args']['SOURCE_DATE_EPOCH']}" in words
    assert (root / target["context"] / target["dockerfile"]).resolve() == (root / image.dockerfile).resolve()
    assert "rewrite-timestamp=true" in PUSHED


def test_the_model_server_is_among_what_an_image_is_built_from(root: Path, tmp_path: Path) -> None:
    assert images(root, "echo")[0].contexts == {}
    server = serve(root)
    result = render(root)
    assert not result.errors, result.all_findings
    revision = commit(root)
    registry = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/models"
    (image,) = images(root, "served", Choice(registry))
    manifests = root / "environments/dev/rendered/served/kubernetes/eu-west-1/manifests.yaml"
    assert f"image: {image.tags[0]}\n" in manifests.read_text()
    assert json.loads(bake_file([image]))["target"]["served"]["contexts"] == {"modelyard-server": "server"}
    for builder in (Docker("docker", "0.13.1"), Podman("podman", "podman", "4.3.1")):
        words = builder.describe(image.request(root, tmp_path))
        assert f"--build-context=modelyard-server={root}/server" in words
    assert (image.commit.revision, image.commit.unsure) == (revision, "")

    (server / "__init__.py").write_text("VERSION = 2\n")
    (changed,) = images(root, "served", Choice(registry))
    assert changed.tags != image.tags
    assert changed.commit.unsure == "server/modelyard_server/__init__.py is not as it is committed"
    assert commit(root) == images(root, "served")[0].commit.revision


@pytest.mark.parametrize(
    ("text", "escaped"), [("a ${b}", "a $${b}"), ("100%{x}", "100%%{x}"), ("$5 {a}", "$5 {a}")]
)
def test_hcl_evaluates_nothing_of_ours(text: str, escaped: str) -> None:
    assert literal(text) == escaped

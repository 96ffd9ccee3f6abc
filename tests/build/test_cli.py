"""`tools/build` as it is called: what it refuses, and what it prints without building."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from modelyard.cli import main
from tests.support.repo import render


@pytest.fixture(autouse=True)
def engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A podman that answers and builds nothing, and Git."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "podman").write_text('#!/bin/sh\n[ "$1" = --version ] && echo podman version 4.3.1\n')
    (folder / "podman").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("MODELYARD_ENGINE", "podman")
    monkeypatch.delenv("MODELYARD_CHECKOUT", raising=False)


def build(root: Path, *arguments: str) -> int:
    return main(["build", *arguments, "--root", str(root)])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name models, or say --all or --changed"),
        (("echo", "--all"), "only one of them"),
        (("echo", "--push"), "--push needs a registry"),
        (("echo", "--env", "dev", "--registry", "a.example"), "give one of them"),
        (("echo", "--tag", "a b"), "--tag a b"),
        (("echo", "--registry", "https://a.example"), "write a host and a prefix"),
        (("echo", "--platform", "windows/amd64"), "linux/amd64 and linux/arm64"),
        (("echo", "--jobs", "0"), "--jobs takes a number from 1 to 64"),
        (("echo", "--output", "a:b"), "no folder with a colon"),
        (("echo", "--engine", "nerdctl"), "the engines are docker, podman, buildah"),
        (("echo", "--env", "local", "--push"), "local has no registry to push to"),
        (("echo", "--print-bake", "--no-cache"), "--no-cache goes with a build"),
        (("ech",), 'did you mean "echo"'),
        (("echo", "--env", "div"), "dev"),
    ],
)
def test_wrong_use(
    root: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(root, *arguments) == 2
    assert said in capsys.readouterr().err


def test_no_engine(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.delenv("MODELYARD_ENGINE")
    assert build(root, "echo") == 2
    said = capsys.readouterr().err
    assert "there is no container engine here that can be used" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("path", "before", "after", "rule"),
    [
        ("models/echo/requirements.lock", " --hash=sha256:", " # ", "unhashed-requirement"),
        ("models/echo/model.yaml", "python-3.12-slim", "python-9-slim", "unknown-base"),
    ],
)
def test_what_validate_would_find(
    root: Path, path: str, before: str, after: str, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (root / path).read_text()
    assert before in text
    (root / path).write_text(text.replace(before, after))
    assert build(root, "echo") == 1
    out, err = capsys.readouterr()
    assert rule in err
    assert "building" not in out + err


def test_a_dockerfile_that_is_not_what_the_manifest_says(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dockerfile = root / "Dockerfiles/echo/Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace("USER ", "USER 0#"))
    assert build(root, "echo", "plain") == 1
    assert "Dockerfiles/echo/Dockerfile" in capsys.readouterr().err
    manifest = root / "models/plain/model.yaml"
    manifest.write_text(manifest.read_text().replace("A case.", "Another."))
    assert build(root, "plain") == 1
    said = capsys.readouterr().err
    assert "error[drift]" in said
    assert "render plain" in said


def test_commands_are_printed_and_not_run(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(root, "plain", "--print") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "podman build --format=docker" in line
    assert line.endswith("--ignorefile=Dockerfiles/plain/Dockerfile.dockerignore models/plain")
    assert str(root) not in line


def test_the_bake_file_needs_no_engine(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODELYARD_ENGINE", "none")
    assert build(root, "--all", "--env", "dev", "--print-bake") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["group"]["default"]["targets"] == ["echo", "plain"]
    assert said["target"]["echo"]["tags"][0].startswith(
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/models/echo:in-"
    )


def test_only_what_changed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(root, "--changed", "--print") == 0
    out, _ = capsys.readouterr()
    assert out == ""
    (root / "models/plain/src/app.py").write_text("print('another')\n")
    assert not render(root).errors
    assert build(root, "--changed", "HEAD", "--print") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("models/plain")


def test_a_model_that_brings_its_image(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = root / "models/plain/model.yaml"
    text = manifest.read_text().split("image:")[0]
    text += f"image: {{reference: 'ghcr.io/acme/server:1@sha256:{'0' * 64}'}}\n"
    manifest.write_text(text + "resources: {cpu: 250m, memory: 512Mi}\ntargets: {kubernetes: {}}\n")
    result = render(root)
    assert not result.errors, result.all_findings
    assert build(root, "plain") == 0
    assert "plain builds no image" in capsys.readouterr().err

"""Weights that an image is built with: named to the engine, in the tag of its inputs, and verified first."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from modelyard.build.bake import bake_file
from modelyard.build.batch import Options, build_all
from modelyard.build.plan import Choice
from modelyard.build.settings import PipSettings
from modelyard.cli import main
from modelyard.engines.podman import Podman
from tests.build.test_plan import images
from tests.support.repo import render

DATA = b"weights"
SHA256 = hashlib.sha256(DATA).hexdigest()
WEIGHTS = "models/plain/.weights"


@pytest.fixture
def baked(root: Path) -> Path:
    """The repository, where ``plain`` has weights in its image; there are none yet."""
    manifest = root / "models/plain/model.yaml"
    said = f"source: s3://acme/plain/m.bin, sha256: {SHA256}, path: /opt/ml/model/m.bin, bake: true"
    manifest.write_text(f"{manifest.read_text()}artifacts: {{numbers: {{{said}}}}}\n")
    result = render(root)
    assert not result.errors, result.all_findings
    return root


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A podman that only fails; the file says whether it was asked to build."""
    folder, asked = tmp_path / "programs", tmp_path / "asked"
    folder.mkdir()
    program = folder / "podman"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo podman version 4.3.1 && exit\necho $1 >> {asked}\nexit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("MODELYARD_ENGINE", "podman")
    return asked


def put(root: Path, data: bytes = DATA, folder: str = WEIGHTS) -> Path:
    path = root / folder / "m.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def build(root: Path, *arguments: str) -> int:
    return main(["build", "plain", *arguments, "--root", str(root)])


def test_the_engine_is_given_the_folder(baked: Path, tmp_path: Path) -> None:
    (image,) = images(baked, "plain")
    words = Podman("podman", "podman", "4.3.1").describe(image.request(baked, tmp_path))
    assert f"--build-context=weights={baked}/{WEIGHTS}" in words
    assert json.loads(bake_file([image]))["target"]["plain"]["contexts"] == {"weights": WEIGHTS}
    (other,) = images(baked, "plain", Choice(weights="/srv/weights"))
    words = Podman("podman", "podman", "4.3.1").describe(other.request(baked, tmp_path))
    assert "--build-context=weights=/srv/weights" in words
    assert other.tags == image.tags
    assert images(baked, "echo")[0].contexts == {}


def test_other_weights_are_another_image(baked: Path) -> None:
    (before,) = images(baked, "plain")
    manifest = baked / "models/plain/model.yaml"
    manifest.write_text(manifest.read_text().replace(SHA256, "0" * 64))
    assert images(baked, "plain")[0].tags != before.tags
    manifest.write_text(manifest.read_text().replace(", bake: true", ""))
    assert images(baked, "plain")[0].contexts == {}


def test_missing_weights(baked: Path, engine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (baked / "models/plain/train.py").write_text("")
    assert build(baked) == 2
    said = capsys.readouterr().err
    assert f"  | {WEIGHTS}/m.bin, which is s3://acme/plain/m.bin\n" in said
    assert "plain: error: 1 of the 1 files that it loads is not here\n" in said
    assert f"  make them: python models/plain/train.py --out {WEIGHTS}; or name another folder by" in said
    assert not engine.exists()


def test_wrong_weights(baked: Path, engine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(baked, b"other")
    assert build(baked) == 2
    said = capsys.readouterr().err
    assert 'is not the "numbers" that the manifest names' in said
    assert SHA256 in said
    assert hashlib.sha256(b"other").hexdigest() in said
    assert not engine.exists()


def test_a_link_to_elsewhere(
    baked: Path, engine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = put(tmp_path, folder="cache")
    put(baked).unlink()
    (baked / WEIGHTS / "m.bin").symlink_to(elsewhere)
    assert build(baked) == 2
    said = capsys.readouterr().err
    assert f"{WEIGHTS}/m.bin is a link to somewhere else, which no build can follow" in said
    assert f"put the file itself into {WEIGHTS}" in said
    assert not engine.exists()
    assert build(baked, "--weights", str(elsewhere.parent)) == 1, "there the folder has the file itself"
    assert engine.exists()


def test_right_weights(baked: Path, engine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(baked)
    assert build(baked) == 1, "this engine builds nothing"
    assert engine.exists()
    assert "files that it loads" not in capsys.readouterr().err


def test_weights_are_not_needed_to_see_what_would_be_done(
    baked: Path, engine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(baked, "--print", "--weights", str(baked / "w")) == 0
    assert "--build-context=weights=w " in capsys.readouterr().out
    assert build(baked, "--print-bake") == 0
    assert json.loads(capsys.readouterr().out)["target"]["plain"]["contexts"] == {"weights": WEIGHTS}
    assert not engine.exists()


@pytest.mark.parametrize("arguments", [["--all"], ["echo", "plain"]])
def test_a_folder_of_weights_is_of_one_model(
    baked: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", *arguments, "--weights", "w", "--root", str(baked)]) == 2
    assert "--weights is for one model" in capsys.readouterr().err


def test_what_the_registry_has_needs_no_weights(baked: Path) -> None:
    (image,) = images(baked, "plain")
    builder = Podman("podman", "no-such-program", "4.3.1")
    options = Options(PipSettings("", None, ()))
    (outcome,) = build_all(baked, [image], builder, options, lambda one: None, lambda tag: "sha256:there")
    assert (outcome.there, outcome.error) == ("sha256:there", None)

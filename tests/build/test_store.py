"""The configuration of an image, without what a build leaves in it."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from modelyard.engines.api import EngineError
from modelyard.engines.store import manifest_digest, plain_config, read_image, write_plain


def config(container: str, step: str) -> dict[str, Any]:
    """As podman 4.3 writes it."""
    return {
        "created": "1980-01-01T00:00:00Z",
        "container": container,
        "container_config": {"Hostname": container[:12], "Env": ["A=1"]},
        "parent": f"sha256:{step}",
        "architecture": "amd64",
        "os": "linux",
        "config": {"Hostname": container[:12], "Env": ["A=1"], "Healthcheck": {"Test": ["CMD", "true"]}},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:aa"]},
        "history": [
            {"created": "2026-08-25T00:00:00Z", "created_by": "base", "comment": "debuerreotype"},
            {"created": "1980-01-01T00:00:00Z", "created_by": "RUN x", "comment": f"FROM {step[:12]}"},
        ],
    }


def stored(root: Path, about: dict[str, Any]) -> str:
    """Puts an image into a storage as containers-storage has it; gives its id."""
    data = json.dumps(about).encode()
    image = hashlib.sha256(data).hexdigest()
    folder = root / "overlay-images" / image
    folder.mkdir(parents=True)
    name = base64.b64encode(f"sha256:{image}".encode()).decode()
    (folder / f"={name}").write_bytes(data)
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"mediaType": "x", "size": len(data), "digest": f"sha256:{image}"},
        "layers": [{"mediaType": "y", "size": 700, "digest": "sha256:aa"}],
    }
    (folder / "manifest").write_text(json.dumps(manifest))
    return image


def test_two_builds_of_one_source_are_one_image(tmp_path: Path) -> None:
    found = []
    for number, step in enumerate(("a" * 64, "b" * 64)):
        image = read_image(tmp_path, "overlay", stored(tmp_path, config(step, step)))
        folder = tmp_path / str(number)
        folder.mkdir()
        found.append((write_plain(image, 1_793_534_400, folder), manifest_digest(folder), image.size))
    assert found[0] == found[1]
    assert found[0][2] == 700


def test_what_the_image_does_is_kept() -> None:
    before = config("a" * 64, "b" * 64)
    plain = plain_config(before, 1_793_534_400)
    assert plain["config"] == {"Env": ["A=1"], "Healthcheck": {"Test": ["CMD", "true"]}}
    assert plain["history"] == [
        before["history"][0],
        {"created": "2026-11-01T12:00:00Z", "created_by": "RUN x"},
    ]
    assert plain["created"] == "2026-11-01T12:00:00Z"
    assert plain["rootfs"] == before["rootfs"]


def test_its_id_is_that_of_its_configuration(tmp_path: Path) -> None:
    image = write_plain(
        read_image(tmp_path, "overlay", stored(tmp_path, config("a", "b"))), 0, _new(tmp_path)
    )
    assert hashlib.sha256((tmp_path / "new" / image).read_bytes()).hexdigest() == image


def _new(folder: Path) -> Path:
    (folder / "new").mkdir()
    return folder / "new"


def test_a_storage_of_another_form_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        read_image(tmp_path, "overlay", "0" * 64)

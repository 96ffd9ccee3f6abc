"""Weights in an image because the manifest says so: verified, in a layer of their own, mounted nowhere."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from modelyard.engines.api import LAYER_DATE
from tests.cli.command import Outcome, run
from tests.support.containers.engine import Engine, EngineError
from tests.support.containers.programs import Programs
from tests.support.repo import COMMON, lay

pytestmark = pytest.mark.containers
MODEL = Path(__file__).with_name("baked")
FILE = "opt/ml/model/tables/factor.json"


@pytest.fixture
def root(tmp_path: Path, found: Programs, digests: dict[str, str]) -> Path:
    """A rendered repository with the model ``scale`` on the base image of this machine; no weights yet."""
    root = lay(tmp_path / "r", COMMON, MODEL)
    key = found.python.catalogue_key
    manifest, catalogue = root / "models/scale/model.yaml", root / "Dockerfiles/base-images.yaml"
    manifest.write_text(manifest.read_text().replace("python-3.12-slim", key))
    entry = re.compile(rf"(^  {re.escape(key)}:\n(?:    .*\n)*?    digest: )sha256:[0-9a-f]{{64}}$", re.M)
    catalogue.write_text(entry.sub(rf"\g<1>{digests[key]}", catalogue.read_text()))
    assert run(root, "render").code == 0
    return root


@pytest.fixture(autouse=True)
def nothing_left(containers: Engine) -> Iterator[None]:
    yield
    assert not any(containers.left().values()), containers.left()


def train(root: Path) -> Path:
    """Makes the weights where they are looked for."""
    out = root / "models/scale/.weights"
    subprocess.run([sys.executable, str(root / "models/scale/train.py"), "--out", str(out)], check=True)
    return out


def build(root: Path, engine: Engine, *words: str) -> Outcome:
    options = ("--engine", "podman", "--metadata", "-")
    return run(root, "build", "scale", *options, *words, **engine.for_builds)


def image(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    (found,) = outcome.json["images"]
    assert isinstance(found, dict)
    return found


def layers(archive: Path) -> list[dict[str, tarfile.TarInfo]]:
    """What is in each layer of an OCI archive, by its path, from the base upwards."""
    with tarfile.open(archive) as outer:

        def file(name: str) -> IO[bytes]:
            found = outer.extractfile(name)
            assert found is not None
            return found

        def blob(digest: str) -> IO[bytes]:
            return file("blobs/" + digest.replace(":", "/"))

        index = json.load(file("index.json"))
        manifest = json.load(blob(index["manifests"][0]["digest"]))
        found = []
        for layer in manifest["layers"]:
            with tarfile.open(fileobj=blob(layer["digest"])) as inner:
                found.append({member.name.rstrip("/"): member for member in inner})
        return found


def test_they_are_in_the_image_and_nothing_is_mounted(containers: Engine, root: Path, tmp_path: Path) -> None:
    weights = train(root)
    weights.chmod(0o700)
    (weights / "factor.json").chmod(0o600)  # nobody else may read it here; in the image everybody may
    (weights / "notes.txt").write_text("not for the image")
    first = image(build(root, containers, "--output", str(tmp_path / "archives")))
    os.utime(weights / "factor.json", (0, 0))  # as from an archive that has no dates
    again = image(build(root, containers, "--no-cache"))
    assert (first["digest"], first["reproducible"]) == (again["digest"], True)

    content = layers(tmp_path / "archives/scale.tar")
    assert not any(name.endswith("notes.txt") for layer in content for name in layer)
    (at,) = (number for number, layer in enumerate(content) if FILE in layer)
    assert at < next(number for number, layer in enumerate(content) if "app/server.py" in layer)
    member, folders = content[at].pop(FILE), content[at]
    assert (stat.S_IMODE(member.mode), member.uid, member.gid, member.mtime) == (0o444, 0, 0, LAYER_DATE)
    assert sorted(folders) == ["opt", "opt/ml", "opt/ml/model", "opt/ml/model/tables"]
    assert {(stat.S_IMODE(one.mode), one.uid, one.mtime) for one in folders.values()} == {
        (0o755, 0, LAYER_DATE)
    }

    words = (
        "--requests",
        "5",
        "--load",
        "0",
        "--engine",
        "podman",
        "--keep",
        "--port",
        "0",
        "--format",
        "json",
    )
    try:
        kept = run(root, "run", "scale", *words, **containers.for_builds)
        assert kept.code == 0, kept.err  # the answer is 42, as the schema of its sample says
        (name,) = containers.left()["containers"]
        mounts = containers.inspect("container", name)["Mounts"]
        assert [mount for mount in mounts if mount["Type"] != "tmpfs"] == []
    finally:
        assert run(root, "run", "scale", "--stop", "--engine", "podman", **containers.for_builds).code == 0


def test_what_is_missing_or_wrong_is_in_no_image(containers: Engine, root: Path, tmp_path: Path) -> None:
    missing = build(root, containers)
    assert missing.code == 2
    assert "models/scale/.weights/factor.json, which is s3://acme-models/scale/1/factor.json" in missing.err
    assert "1 of the 1 files that it loads is not here" in missing.err
    assert "make them: python models/scale/train.py --out models/scale/.weights" in missing.err

    wrong = train(root) / "factor.json"
    wrong.write_text('{"factor": 4}\n')
    for outcome in (
        build(root, containers),
        run(root, "run", "scale", "--engine", "podman", **containers.for_builds),
    ):
        assert outcome.code == 2
        assert 'is not the "factor" that the manifest names' in outcome.err
        assert len(set(re.findall("[0-9a-f]{64}", outcome.err))) == 2, "both sums are said"

    # The Dockerfile trusts nobody either: not even who builds it without our tool.
    with pytest.raises(EngineError, match=r"factor\.json: FAILED"):
        by_hand(containers, root, f"--build-context=weights={wrong.parent}")
    with pytest.raises(EngineError, match=r"STEP .COPY --from=weights .*no such file or directory"):
        by_hand(containers, root)


def by_hand(engine: Engine, root: Path, *words: str) -> None:
    dockerfile = root / "Dockerfiles/scale/Dockerfile"
    command = [engine.programs.podman, "build", f"--file={dockerfile}", *words, str(root / "models/scale")]
    engine.run(command, engine.for_builds)

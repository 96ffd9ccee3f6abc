"""Weights: found where compose finds them, and refused when they are not the right ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from modelyard.resolve.delivery import local_names
from modelyard.resolve.workload import Workload
from modelyard.running.errors import CannotRun
from modelyard.running.weights import verified
from modelyard.targets.compose.storage import local_files
from tests.support.resolving import manifest, repository, workload

DATA = b"weights"
SHA256 = hashlib.sha256(DATA).hexdigest()
ARTIFACT = f"  {{name}}: {{{{source: s3://acme/{{file}}, sha256: {SHA256}, path: {{path}}}}}}"
NEEDED = frozenset({"model"})


def model(root: Path, **paths: str) -> Workload:
    """A model with an artifact of each name at its path."""
    lines = [ARTIFACT.format(name=name, file=f"{name}.bin", path=path) for name, path in paths.items()]
    hosted = f"models: {{makati: {{source: s3://acme/makati/m.json, sha256: {SHA256}}}}}"
    repository(root, manifest("artifacts:", *lines, hosted))
    return workload(root)


@pytest.fixture
def two(tmp_path: Path) -> Workload:
    return model(tmp_path, one="/opt/ml/model/w.bin", other="/opt/ml/other/w.bin")


def put(root: Path, name: str, data: bytes = DATA) -> Path:
    path = root / "models/echo/.weights" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_they_lie_where_compose_mounts_them_from(two: Workload) -> None:
    ours = {item.path: f".weights/{name}" for item, name in local_names(two.deliveries).items()}
    assert ours == local_files(two)
    assert set(ours.values()) == {".weights/one/w.bin", ".weights/other/w.bin", ".weights/makati/m.json"}


def test_all_that_is_missing_is_said_at_once(tmp_path: Path, two: Workload) -> None:
    put(tmp_path, "one/w.bin")
    with pytest.raises(CannotRun, match="2 of the 3 files that it loads are not here") as caught:
        verified(tmp_path, two, None, NEEDED, contained=True)
    assert "models/echo/.weights/other/w.bin, which is s3://acme/other.bin" in caught.value.said
    assert "--weights" in caught.value.hint


def test_the_way_to_make_them(tmp_path: Path, two: Workload) -> None:
    (tmp_path / "models/echo/train.py").write_text("")
    with pytest.raises(CannotRun) as caught:
        verified(tmp_path, two, None, NEEDED, contained=True)
    assert "python models/echo/train.py --out models/echo/.weights" in caught.value.hint


def test_the_right_ones(tmp_path: Path, two: Workload) -> None:
    for name in ("one/w.bin", "other/w.bin", "makati/m.json"):
        put(tmp_path, name)
    found = verified(tmp_path, two, None, NEEDED, contained=True)
    assert found["/opt/ml/models/makati/m.json"] == tmp_path / "models/echo/.weights/makati/m.json"
    assert verified(tmp_path, two, tmp_path / "models/echo/.weights", NEEDED, contained=True) == found
    assert verified(tmp_path, two, None, frozenset(), contained=True) == {}


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    single = model(tmp_path, one="/opt/ml/model/w.bin")
    put(tmp_path, "w.bin", b"other")
    put(tmp_path, "makati/m.json")
    with pytest.raises(CannotRun, match='is not the "one" that the manifest names') as caught:
        verified(tmp_path, single, None, NEEDED, contained=True)
    assert SHA256 in caught.value.said


def test_what_another_user_cannot_read(tmp_path: Path) -> None:
    single = model(tmp_path, one="/opt/ml/model/w.bin")
    put(tmp_path, "makati/m.json")
    put(tmp_path, "w.bin").chmod(0o600)
    verified(tmp_path, single, None, NEEDED, contained=False)
    with pytest.raises(CannotRun, match="its owner only") as caught:
        verified(tmp_path, single, None, NEEDED, contained=True)
    assert caught.value.hint == "run: chmod o+r models/echo/.weights/w.bin"


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    single = model(tmp_path, one="/opt/ml/model/w.bin")
    put(tmp_path, "makati/m.json")
    (tmp_path / "models/echo/.weights/w.bin").mkdir()
    with pytest.raises(CannotRun, match="is no file"):
        verified(tmp_path, single, None, NEEDED, contained=True)


def test_what_is_in_the_image_is_here_for_processes_only(tmp_path: Path) -> None:
    said = f"{{source: s3://acme/m.bin, sha256: {SHA256}, path: /opt/ml/model/m.bin, bake: true}}"
    repository(tmp_path, manifest(f"artifacts: {{one: {said}}}"))
    baked = workload(tmp_path)
    assert verified(tmp_path, baked, None, NEEDED, contained=True) == {}
    with pytest.raises(CannotRun, match="1 of the 1 files that it loads is not here"):
        verified(tmp_path, baked, None, NEEDED, contained=False)
    path = put(tmp_path, "m.bin")
    assert verified(tmp_path, baked, None, NEEDED, contained=False) == {"/opt/ml/model/m.bin": path}
    assert local_files(baked) == {"/opt/ml/model/m.bin": ".weights/m.bin"}

"""Images in files: what Docker, Podman, Skopeo and BuildKit write, and what nobody should."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from modelyard.detections import Level
from modelyard.images.image import Unreadable
from modelyard.images.wanted import images_of
from tests.images.bench import DEBIAN, PYTHON, Bench, good
from tests.support.oci_images import Image, index, sha256

Files = dict[str, bytes]


def layout(*images: Image) -> Files:
    """The files of an OCI layout."""
    files: Files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
    todo = list(images)
    while todo:
        one = todo.pop()
        todo += one.children
        for digest, data in [*one.blobs.items(), (one.digest, one.data)]:
            files["blobs/" + digest.replace(":", "/")] = data
    listed = [{"mediaType": one.media_type, "digest": one.digest, "size": len(one.data)} for one in images]
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": listed}).encode()
    return files


def docker(what: Image, *, packed: bool = False) -> Files:
    """The files of `docker save`, layers unpacked as it writes them."""
    document = json.loads(what.data)
    settings = what.blobs[document["config"]["digest"]]
    layers = [what.blobs[one["digest"]] for one in document["layers"]]
    layers = layers if packed else [gzip.decompress(one) for one in layers]
    files = {f"{number}/layer.tar": data for number, data in enumerate(layers)}
    name = sha256(settings).removeprefix("sha256:") + ".json"
    said = [{"Config": name, "RepoTags": ["app:1"], "Layers": list(files)}]
    return {**files, name: settings, "manifest.json": json.dumps(said).encode()}


def tar(files: Mapping[str, bytes], path: Path, mode: str = "w", prefix: str = "") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(prefix + name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def folder(files: Mapping[str, bytes], path: Path) -> Path:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def test_each_kind_gives_the_same(bench: Bench, tmp_path: Path) -> None:
    what = good()
    image_id = json.loads(what.data)["config"]["digest"]
    archives = {
        folder(layout(what), tmp_path / "folder"): what.digest,
        tar(layout(what), tmp_path / "oci.tar"): what.digest,
        tar(docker(what), tmp_path / "docker.tar"): image_id,
    }
    for path, digest in archives.items():
        report = bench.scan(str(path))
        found = {one.rule: one for one in report.detections}
        assert sorted(found) == ["CVE-2099-0001", "CVE-2099-0002", "CVE-2099-0003", "DS-0026"]
        assert {one.location.path for one in report.detections} == {f"image:{path.name}"}
        assert {one.evidence for one in report.detections} == {digest}


@pytest.mark.parametrize("name", ["prefixed", "gzipped", "packed-layers", "both"])
def test_other_ways_to_write_them(tmp_path: Path, name: str) -> None:
    what = good()
    path = tmp_path / "app.tar"
    if name == "prefixed":
        tar(layout(what), path, prefix="./")
    elif name == "gzipped":
        tar(docker(what), path, "w:gz")
    elif name == "packed-layers":
        tar(docker(what, packed=True), path)
    else:  # as `docker save` writes since version 25
        tar({**docker(what), **layout(what)}, path)
    (found,) = images_of(path)
    assert found.image_id == json.loads(what.data)["config"]["digest"]
    for layer in found.layers:
        file = io.BytesIO()
        found.fetch(layer, file)
        assert sha256(file.getvalue()) == layer.digest


def test_all_platforms(tmp_path: Path) -> None:
    images = [good(), good((DEBIAN,), architecture="arm64")]
    found = images_of(tar(layout(index(images)), tmp_path / "app.tar"))
    assert [one.digest for one in found] == [one.digest for one in images]


def test_links_of_old_archives(tmp_path: Path) -> None:
    path = tmp_path / "app.tar"
    files = docker(good((DEBIAN, DEBIAN)))
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            if name == "1/layer.tar":
                entry.type, entry.linkname = tarfile.SYMTYPE, "../0/layer.tar"
                archive.addfile(entry)
            else:
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    (found,) = images_of(path)
    assert found.layers[0] == found.layers[1]


def broken() -> dict[str, Files]:
    """Files of archives that are not to be trusted."""
    what, other = good(), good((DEBIAN,))
    oci, save = layout(what), docker(what)
    layer = "blobs/" + json.loads(what.data)["layers"][0]["digest"].replace(":", "/")
    manifest = "blobs/" + what.digest.replace(":", "/")
    said = json.loads(save["manifest.json"])
    return {
        "empty": {},
        "a stranger": {"README": b"x"},
        "a layer of another content": {**oci, layer: gzip.compress(b"x")},
        "a layer with more behind it": {**oci, layer: oci[layer] + b"\0"},
        "no layer": {name: data for name, data in oci.items() if name != layer},
        "a manifest of another content": {**oci, manifest: other.data},
        "two images": layout(what, other),
        "no image": layout(),
        "an index that is no JSON": {**oci, "index.json": b"{"},
        "an index that is a list": {**oci, "index.json": b"[]"},
        "a huge index": {**oci, "index.json": b" " * (4 * 2**20 + 1)},
        "a way out of the archive": {
            **oci,
            "index.json": oci["index.json"].replace(b"sha256:", b"sha256:../../../../", 1),
        },
        "saved: two": {**save, "manifest.json": json.dumps(said * 2).encode()},
        "saved: none": {**save, "manifest.json": b"[]"},
        "saved: no JSON": {**save, "manifest.json": b"["},
        "saved: no names": {**save, "manifest.json": b'[{"Config": 1, "Layers": [2]}]'},
        "saved: a way out": {
            **save,
            "manifest.json": json.dumps(
                [{**said[0], "Layers": ["../../../etc/passwd", "/etc/passwd"]}]
            ).encode(),
        },
        "saved: a layer too few": {
            **save,
            "manifest.json": json.dumps([{**said[0], "Layers": said[0]["Layers"][:1]}]).encode(),
        },
    }


@pytest.mark.parametrize("name", broken())
@pytest.mark.parametrize("kind", ["folder", "tar"])
def test_broken(bench: Bench, tmp_path: Path, name: str, kind: str) -> None:
    files = broken()[name]
    path = tmp_path / "app"
    path.mkdir() if kind == "folder" else None
    folder(files, path) if kind == "folder" else tar(files, path)
    report = bench.scan(str(path))
    (one,) = [one for one in report.detections if one.rule == "unreadable-image"]
    assert (one.level, one.location.path) == (Level.CRITICAL, "image:app")
    assert report.ran[0].failed


def test_layers_of_one_name_that_differ(bench: Bench, tmp_path: Path) -> None:
    # trivy looks into the first of the layers with one DiffID, and would miss what the second brings.
    what = good()
    document = json.loads(what.data)
    settings = json.loads(what.blobs[document["config"]["digest"]])
    settings["rootfs"]["diff_ids"][1] = settings["rootfs"]["diff_ids"][0]
    files = docker(what)
    name = next(one for one in files if one.endswith(".json") and one != "manifest.json")
    report = bench.scan(str(tar({**files, name: json.dumps(settings).encode()}, tmp_path / "app.tar")))
    assert "has a layer that is not the" in " ".join(one.message for one in report.detections)
    assert report.ran[0].failed


@pytest.mark.parametrize("what", ["garbage", "cut off", "cut off and packed", "link", "fifo"])
def test_what_is_no_archive(tmp_path: Path, what: str) -> None:
    path = tmp_path / "app.tar"
    if what == "garbage":
        path.write_bytes(b"\x7fELF" * 1000)
    elif what == "fifo":
        os.mkfifo(path)
    elif what == "link":
        whole = folder(layout(good()), tmp_path / "whole")
        blob = whole / "blobs" / good().digest.replace(":", "/")
        blob.rename(tmp_path / "outside")
        blob.symlink_to(tmp_path / "outside")
        path = whole
    else:
        whole = tar(docker(good((DEBIAN, PYTHON))), tmp_path / "whole", "w:gz" if "packed" in what else "w")
        path.write_bytes(whole.read_bytes()[:-700] if "packed" in what else whole.read_bytes()[:3000])
    with pytest.raises(Unreadable):
        images_of(path)

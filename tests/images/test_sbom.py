"""The bill of materials: what is in the image, the same bytes each time, written where it was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelyard.errors import UsageError
from tests.images.bench import Bench, good


def written(folder: Path) -> bytes:
    (file,) = folder.iterdir()
    return file.read_bytes()


def test_what_is_in_it(bench: Bench, tmp_path: Path) -> None:
    what = good()
    folder = tmp_path / "a" / "b"
    bench.scan(bench.push(what), sbom=folder)
    (file,) = folder.iterdir()
    host = bench.registry.host.replace(":", "_")
    assert file.name == f"{host}_team_app@{what.digest[7:19]}.cdx.json"
    document = json.loads(file.read_bytes())
    assert (document["bomFormat"], document["version"]) == ("CycloneDX", 1)
    about = document["metadata"]["component"]
    assert (about["type"], about["name"]) == ("container", f"{bench.registry.host}/team/app@{what.digest}")
    found = {(one["name"], one.get("version")) for one in document["components"]}
    assert found == {
        ("debian", "12.5"),
        ("zlib1g", "1:1.2.13.dfsg-1"),
        ("openssl", "3.0.11-1"),
        ("idna", "3.4"),
    }
    assert {one["purl"].partition("@")[0] for one in document["components"] if "purl" in one} == {
        "pkg:deb/debian/zlib1g",
        "pkg:deb/debian/openssl",
        "pkg:pypi/idna",
    }
    known = {about["bom-ref"], *(one["bom-ref"] for one in document["components"])}
    for one in document["dependencies"]:
        assert {one["ref"], *one["dependsOn"]} <= known
    # What is wrong with the packages changes from day to day, and stands in the report.
    assert "vulnerabilities" not in document
    assert "timestamp" not in document["metadata"]


def test_the_same_bytes_whenever_and_wherever(bench: Bench, tmp_path: Path) -> None:
    reference = bench.push(good())
    bench.scan(reference, sbom=tmp_path / "first")
    bench.know(updated="2026-11-22T06:00:00Z")
    bench.scan(reference, sbom=tmp_path / "second", cached=False)
    bench.scan(reference, sbom=tmp_path / "third")
    assert written(tmp_path / "first") == written(tmp_path / "second") == written(tmp_path / "third")


def test_an_old_one_is_replaced_and_a_link_is_not_followed(bench: Bench, tmp_path: Path) -> None:
    reference = bench.push(good())
    folder = tmp_path / "sbom"
    bench.scan(reference, sbom=folder)
    (file,) = folder.iterdir()
    content = file.read_bytes()
    file.write_bytes(b"old")
    bench.scan(reference, sbom=folder)
    assert file.read_bytes() == content
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    file.unlink()
    file.symlink_to(outside)
    with pytest.raises(UsageError, match="--sbom"):
        bench.scan(reference, sbom=folder)
    assert outside.read_bytes() == b"mine"


def test_a_folder_that_cannot_be(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="--sbom"):
        bench.scan(bench.push(good()), sbom=tmp_path / "file")

"""What trivy passes over in silence is said aloud: systems and packages that nobody has judged."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from modelyard.detections import Level
from modelyard.gate.waivers import is_waivable
from modelyard.images.database import Database
from modelyard.images.image import Image
from modelyard.images.report import parse
from modelyard.images.understood import not_understood
from modelyard.oci.documents import Descriptor, parse_config
from tests.images.bench import DEBIAN, NOW, PYTHON, Bench, good, rules
from tests.support.oci_images import image as make_image

CONDA = {"opt/conda/envs/app/conda-meta/numpy-1.26.4-py311.json": b'{"name": "numpy", "version": "1.26.4"}'}


def understood(bench: Bench, *layers: dict[str, bytes]) -> dict[str, str]:
    """Rules and messages of what was not judged."""
    report = bench.scan(bench.push(good(layers)))
    assert not report.ran[0].failed
    names = ("image-not-understood", "packages-not-judged", "image-os-out-of-support")
    return {one.rule: one.message for one in report.detections if one.rule in names}


def test_an_unknown_system(bench: Bench) -> None:
    seen = understood(bench, {"etc/os-release": b"ID=frobnix\nVERSION_ID=1\n"}, PYTHON)
    assert "cannot tell the image's operating system" in seen["image-not-understood"]
    assert not is_waivable("modelyard", "image-not-understood")


def test_a_system_without_its_package_database(bench: Bench) -> None:
    bare = {name: data for name, data in DEBIAN.items() if "dpkg" not in name}
    assert "not one package" in understood(bench, bare, PYTHON)["image-not-understood"]


def test_a_release_that_the_database_does_not_know(bench: Bench) -> None:
    future = {**DEBIAN, "etc/os-release": b'ID=debian\nVERSION_ID="99"\n', "etc/debian_version": b"99.1\n"}
    assert understood(bench, future)["image-not-understood"].endswith("knows nothing of debian 99")


def test_a_database_without_python(bench: Bench) -> None:
    bench.know(systems=("debian 12",))
    assert understood(bench, DEBIAN, PYTHON)["image-not-understood"].endswith("knows nothing of pip packages")


def test_a_system_that_nobody_supports(bench: Bench) -> None:
    bench.know(systems=("debian 8", "pip::x"))
    old = {**DEBIAN, "etc/os-release": b'ID=debian\nVERSION_ID="8"\n', "etc/debian_version": b"8.1\n"}
    assert list(understood(bench, old)) == ["image-os-out-of-support"]


def test_packages_that_have_no_advisories(bench: Bench) -> None:
    seen = understood(bench, DEBIAN, CONDA)
    assert seen == {
        "packages-not-judged": "trivy knows of no vulnerabilities in conda-pkg packages, and the image has 1"
    }


@pytest.mark.parametrize("layers", [(), ({},)])
def test_an_image_with_nothing_in_it(bench: Bench, layers: tuple[dict[str, bytes], ...]) -> None:
    assert understood(bench, *layers) == {}


def test_files_without_any_package_are_not_nothing(bench: Bench) -> None:
    assert list(understood(bench, {"app": b"\x7fELF"})) == ["image-not-understood"]


def test_java_archives_are_not_passed_over(bench: Bench) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        archive.writestr("a/B.class", "x")
    report = bench.scan(bench.push(good((DEBIAN, {"app/some.jar": file.getvalue()}))))
    assert rules(report) == ["scanner-coverage"]
    assert "Java archives" in report.detections[0].message
    assert report.ran[0].failed


def judged(
    system: dict[str, Any] | None, packages: int, libraries: dict[str, int], buckets: set[str]
) -> list[str]:
    """The messages for an image of which trivy says this."""
    results = [{"Target": "", "Class": "os-pkgs", "Type": "x", "Packages": [{}] * packages}]
    results += [
        {"Target": "", "Class": "lang-pkgs", "Type": kind, "Packages": [{}] * count}
        for kind, count in libraries.items()
    ]
    report = parse({"ArtifactName": "", "Metadata": {"OS": system}, "Results": results})
    database = Database(Path(), "", NOW, NOW, frozenset(buckets))
    return [one.message for one in not_understood(_IMAGE, report, database) if one.level >= Level.HIGH]


def _image() -> Image:
    what = make_image()
    data = next(data for data in what.blobs.values() if data.startswith(b"{"))
    layers = (Descriptor("", "sha256:" + "0" * 64, 1),)
    return Image(
        "app", "sha256:" + "1" * 64, what.data, data, parse_config(data, ""), layers, lambda *_: None
    )


_IMAGE = _image()


@pytest.mark.parametrize(
    ("family", "release", "bucket"),
    [
        ("debian", "13.2", "debian 13"),
        ("debian", "12", "debian 12"),
        ("ubuntu", "24.04", "ubuntu 24.04"),
        ("alpine", "3.22.1", "alpine 3.22"),
        ("amazon", "2023 (Amazon Linux)", "amazon linux 2023"),
        ("wolfi", "20230201", "wolfi"),
        ("rocky", "9.4", "rocky 9"),
        ("redhat", "9.4", "Red Hat"),
    ],
)
def test_systems_and_their_part_of_the_database(family: str, release: str, bucket: str) -> None:
    system = {"Family": family, "Name": release}
    assert judged(system, 5, {}, {bucket}) == []
    assert "knows nothing of" in judged(system, 5, {}, {"something else"})[0]


@pytest.mark.parametrize(
    ("family", "release"), [("plan9", "4"), ("debian", "trixie/sid"), ("ubuntu", ""), ("alpine", "edge")]
)
def test_systems_that_are_not_known_here(family: str, release: str) -> None:
    assert "are not known here" in judged({"Family": family, "Name": release}, 5, {}, {"debian 12"})[0]


def test_a_program_that_needs_no_system() -> None:
    assert judged(None, 0, {"gobinary": 9}, {"go::Go"}) == []
    assert len(judged(None, 0, {"gobinary": 9, "python-pkg": 1}, {"go::Go", "pip::x"})) == 1
    assert len(judged(None, 0, {"gobinary": 9}, {"pip::x"})) == 1

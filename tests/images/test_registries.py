"""Images of registries that refuse, fail and lie. Nothing of it passes."""

from __future__ import annotations

import base64
import gzip
import json
import re
import socket
import threading
from pathlib import Path

import pytest

from modelyard.detections import Detection, Level
from modelyard.errors import UsageError
from modelyard.images.image import Unreadable
from modelyard.images.layout import write_layout
from modelyard.images.remote import images_of
from modelyard.oci.reference import Reference
from tests.images.bench import DEBIAN, PYTHON, Bench, good, rules
from tests.support.oci_faults import Fault, Lie, Status, Truncated
from tests.support.oci_images import Image, artifact, index
from tests.support.oci_images import image as make_image
from tests.support.oci_registry import OciRegistry
from tests.support.trivy_db import Facts, database


def failure(bench: Bench, reference: str) -> Detection:
    """The one thing that keeps the image from being looked at."""
    report = bench.scan(reference)
    failures = [one for one in report.detections if one.rule == "unreadable-image"]
    assert report.ran[0].failed
    (one,) = failures
    assert (one.level, one.tool) == (Level.CRITICAL, "modelyard")
    assert one.hint
    return one


def test_a_tag_is_not_enough(bench: Bench) -> None:
    bench.registry.push("team/app", "1.0", good())
    for text in ("team/app:1.0", "team/app"):
        with pytest.raises(UsageError, match=r"give the digest.*imagetools inspect"):
            bench.scan(f"{bench.registry.host}/{text}")
    assert bench.registry.seen == []


@pytest.mark.parametrize(
    "text",
    ["", "/nowhere/app.tar", "./app.tar", "host.example/app@sha256:abc", "HOST/App@@", "http://h/a@sha256:1"],
)
def test_what_nobody_can_mean(bench: Bench, text: str) -> None:
    with pytest.raises(UsageError):
        bench.scan(text)


@pytest.mark.parametrize(
    ("fault", "path", "says"),
    [
        (Status(401), "manifests", "401"),
        (Status(403), "manifests", "403"),
        (Status(404), "manifests", "404"),
        (Status(500), "manifests", "500"),
        (Status(500), "blobs", "500"),
        (Lie(), "manifests", "what it sent as sha256:"),
        (Lie(), "blobs", "what it sent as sha256:"),
        (Truncated(), "manifests", "ended in the middle"),
    ],
)
def test_faults(bench: Bench, monkeypatch: pytest.MonkeyPatch, fault: Fault, path: str, says: str) -> None:
    reference = bench.push(good())
    bench.registry.fault(fault, f"/v2/team/app/{path}/*")
    assert says in failure(bench, reference).message


def test_a_layer_that_is_another_of_the_same_length(bench: Bench) -> None:
    # trivy itself takes such a layer for the right one: it stops reading where the tar ends.
    noise = bytes(number * 7919 % 251 for number in range(4000))
    reference = bench.push(good((DEBIAN, {**PYTHON, "noise": noise})))
    layers = json.loads(good((DEBIAN, {**PYTHON, "noise": noise})).data)["layers"]
    other = gzip.compress(b"\0" * 1024, mtime=0)
    lie = other + b"\0" * (layers[1]["size"] - len(other))
    bench.registry.fault(Lie(lie), f"/v2/team/app/blobs/{layers[1]['digest']}")
    assert "what it sent as sha256:" in failure(bench, reference).message


def test_a_registry_that_is_not_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no answer" in failure(bench, "127.0.0.1:1/app@sha256:" + "0" * 64).message


def test_a_registry_elsewhere_is_not_asked_without_tls(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # The proxy of the tests refuses every connection, and there is no second attempt by plain HTTP.
    assert "no answer" in failure(bench, "10.0.0.1/app@sha256:" + "0" * 64).message


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (artifact("application/vnd.example.thing", [("text/plain", b"x", {})]), "is no container image"),
        (index([]), "without any image"),
        (index([index([make_image()])]), "index of indexes"),
        (index([good()] * 17), "index of 17 images"),
        (make_image(architecture="amd64", layers=[DEBIAN] * 501), "501 layers"),
    ],
)
def test_what_is_no_image(bench: Bench, what: Image, says: str) -> None:
    assert says in failure(bench, bench.push(what)).message


def test_of_an_index_no_image_is_left_out(bench: Bench) -> None:
    images = [good(), good((DEBIAN,), architecture="arm64")]
    reference = bench.push(index(images))
    bench.registry.remove("team/app", images[1].digest)
    assert images[1].digest in failure(bench, reference).message


def test_credentials_stay_with_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bench: Bench) -> None:
    password = "-".join(["correct", "horse", "battery"])
    with OciRegistry(auth="token", users={"ci": password}, anonymous=False) as private:
        private.push("trivy-db", "2", database(Facts()))
        digest = private.push("team/app", None, good())
        reference = f"{private.host}/team/app@{digest}"
        assert "401" in failure(bench, reference).message
        folder = tmp_path / "docker"
        folder.mkdir()
        packed = base64.b64encode(f"ci:{password}".encode()).decode()
        (folder / "config.json").write_text(json.dumps({"auths": {private.host: {"auth": packed}}}))
        monkeypatch.setenv("DOCKER_CONFIG", str(folder))
        report = bench.scan(reference)
    assert "CVE-2099-0001" in rules(report)
    assert not report.ran[0].failed
    written = b"".join(one.read_bytes() for one in bench.root.rglob("*") if one.is_file())
    assert not re.search(rf"{password}|{packed}|token-\d".encode(), written)


def test_nobody_beyond_loopback_is_asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def listen() -> None:
            while True:
                try:
                    connection, _ = proxy.accept()
                except OSError:
                    return
                asked.append(connection.recv(100))
                connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        report = bench.scan(bench.push(good()), sbom=bench.root / "sbom")
        proxy.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    assert "CVE-2099-0001" in rules(report)
    assert asked == []


@pytest.mark.parametrize("fault", [Truncated(), Status(500), Status(503)])
def test_a_layer_is_asked_for_again_from_its_beginning(bench: Bench, tmp_path: Path, fault: Fault) -> None:
    what = good()
    reference = Reference.parse(bench.push(what))
    layer = json.loads(what.data)["layers"][0]["digest"]
    (image,) = images_of(reference)
    bench.registry.fault(fault, f"/v2/team/app/blobs/{layer}", times=2)
    write_layout(image, tmp_path / "layout")
    assert (tmp_path / "layout/blobs" / layer.replace(":", "/")).read_bytes() == what.blobs[layer]
    bench.registry.fault(fault, f"/v2/team/app/blobs/{layer}")
    with pytest.raises(Unreadable, match="cannot be fetched"):
        write_layout(image, tmp_path / "again")

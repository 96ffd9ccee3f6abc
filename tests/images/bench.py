"""A repository, a registry on loopback with images and a vulnerability database, and the gate on an image."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelyard.detections import Detection
from modelyard.gate.image import scan_image
from modelyard.gate.policy import load_policy
from modelyard.gate.run import Order
from modelyard.scanners.run import ScanReport
from tests.support.oci_images import Image, descriptor, image, sha256
from tests.support.oci_registry import OciRegistry
from tests.support.trivy_db import Advisory, Facts, database

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
BASE = "sha256:" + "ab" * 32
LABELS = {"org.opencontainers.image.base.digest": BASE}
OS_RELEASE = b'PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_ID="12"\nID=debian\n'
DPKG = b"""\
Package: zlib1g
Status: install ok installed
Architecture: amd64
Source: zlib
Version: 1:1.2.13.dfsg-1

Package: openssl
Status: install ok installed
Architecture: amd64
Version: 3.0.11-1

"""
DEBIAN = {"etc/os-release": OS_RELEASE, "etc/debian_version": b"12.5\n", "var/lib/dpkg/status": DPKG}
IDNA = "opt/venv/lib/python3.11/site-packages/idna-3.4.dist-info/METADATA"
PYTHON = {IDNA: b"Metadata-Version: 2.1\nName: idna\nVersion: 3.4\n\n"}
ZLIB = Advisory("CVE-2099-0001", "zlib", "CRITICAL", title="planted in zlib, no fix")
OPENSSL = Advisory("CVE-2099-0002", "openssl", "HIGH", "99.0.0-1", title="planted in openssl")
IDNA_CVE = Advisory("CVE-2099-0003", "idna", "MEDIUM", "99.0.0", "pip", "planted in idna")
POLICY = """\
apiVersion: modelyard.dev/v1
kind: Gate
blocks: medium
environments:
  dev:
    maxBaseAgeDays: 180
    unknownBaseDates: allow
    vulnerabilities: {severity: critical, onlyFixed: true}
  staging:
    maxBaseAgeDays: 120
    vulnerabilities: {severity: high, onlyFixed: true}
  prod:
    maxBaseAgeDays: 90
    vulnerabilities: {severity: medium, onlyFixed: false}
maxWaiverDays: 90
vulnerabilityDatabaseDays: 3
"""
CATALOGUE = f"""\
apiVersion: modelyard.dev/v1
kind: BaseImages
images:
  python:
    repository: docker.io/library/python
    tag: "3.12"
    digest: {BASE}
    architectures: [amd64]
    created: 2026-11-01
    supportedUntil: 2028-01-01
  old:
    repository: docker.io/library/python
    tag: "3.8"
    digest: sha256:{"cd" * 32}
    architectures: [amd64]
    created: 2026-01-01
    supportedUntil: 2026-10-31
"""


def good(layers: tuple[dict[str, bytes], ...] = (DEBIAN, PYTHON), **more: Any) -> Image:
    """An image that nothing is wrong with but what its packages are said to have."""
    settings: dict[str, Any] = {
        "created": "2026-11-20T00:00:00.123456789Z",
        "labels": LABELS,
        "config": {"User": "10001:10001"},
        **more,
    }
    return image(layers=layers, **settings)


def with_history(base: Image, *commands: str) -> Image:
    """The same image, built by these commands."""
    document = json.loads(base.data)
    settings = json.loads(base.blobs[document["config"]["digest"]])
    settings["history"] = [{"created_by": one, "empty_layer": True} for one in commands]
    data = json.dumps(settings).encode()
    document["config"] = descriptor(document["config"]["mediaType"], data)
    return replace(base, data=json.dumps(document).encode(), blobs={**base.blobs, sha256(data): data})


class Bench:
    """See the module. ``scan`` gives what the gate says; ``problems`` what of it blocks, in short."""

    def __init__(self, root: Path, registry: OciRegistry) -> None:
        self.root = root
        self.registry = registry
        self.order = Order(
            root=root,
            selections=(),
            models=frozenset(),
            environments=None,
            now=NOW,
            whole=False,
            scanners=None,
        )
        (root / "policy").mkdir(parents=True)
        (root / "Dockerfiles").mkdir()
        for name in ("dev", "staging", "prod"):
            (root / "environments" / name).mkdir(parents=True)
            (root / "environments" / name / "environment.yaml").write_text(f"name: {name}\n")
        (root / "policy" / "gate.yaml").write_text(POLICY)
        (root / "Dockerfiles" / "base-images.yaml").write_text(CATALOGUE)
        self.know(ZLIB, OPENSSL, IDNA_CVE)

    def know(self, *advisories: Advisory, **more: Any) -> None:
        """Puts a database with these advisories into the registry."""
        self.registry.push("trivy-db", "2", database(Facts(advisories, **more)))

    def push(self, what: Image, repository: str = "team/app") -> str:
        """Puts an image into the registry; gives its reference."""
        return f"{self.registry.host}/{repository}@{self.registry.push(repository, None, what)}"

    def scan(self, reference: str, **more: Any) -> ScanReport:
        """The gate on the image; ``more`` are other fields of the order."""
        return scan_image(replace(self.order, **more), reference, load_policy(self.root))

    def in_environment(self, name: str, reference: str) -> dict[str, Detection]:
        """What the gate says for one environment, by rule."""
        report = self.scan(reference, environments=frozenset({name}))
        return {one.rule: one for one in report.detections}


def rules(report: ScanReport) -> list[str]:
    """The rules that speak, each once, sorted."""
    return sorted({one.rule for one in report.detections})

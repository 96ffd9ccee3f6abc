"""trivy's vulnerability database, made of a few facts: the artifact that its makers publish, in small.

The file is of bbolt (github.com/etcd-io/bbolt), the schema is 2 of github.com/aquasecurity/trivy-db.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.oci_images import Image, artifact

LAYER = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
CONFIG = "application/vnd.aquasec.trivy.config.v1+json"
UPDATED = "2026-11-22T00:20:11.123456789Z"
NEXT_UPDATE = "2026-11-23T00:20:11.123456789Z"
_PAGE = 4096
_LEAF, _META, _FREE = 0x02, 0x04, 0x10
_NESTED = 0x01
_SEVERITIES = ("UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL")
_STATUSES = {"affected": 2, "will_not_fix": 5}

Tree = Mapping[str, Any]  # of bytes, or of trees


@dataclass(frozen=True)
class Advisory:
    """One vulnerability of one package; of Debian the source package. ``fixed`` is empty where nobody has."""

    id: str
    package: str
    severity: str = "CRITICAL"
    fixed: str = ""
    system: str = "debian 12"  # or "pip"
    title: str = "planted"


@dataclass(frozen=True)
class Facts:
    """What a database knows, and when it was made."""

    advisories: tuple[Advisory, ...] = ()
    updated: str = UPDATED
    next_update: str = NEXT_UPDATE
    version: int = 2
    systems: tuple[str, ...] = field(default=("debian 12", "pip::GitHub Security Advisory Pip"))


def database(facts: Facts) -> Image:
    """The artifact."""
    return packed({"trivy.db": bolt(tree(facts)), "metadata.json": metadata(facts)})


def packed(files: Mapping[str, bytes]) -> Image:
    """An artifact of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    title = {"org.opencontainers.image.title": "db.tar.gz"}
    return artifact(CONFIG, [(LAYER, gzip.compress(buffer.getvalue(), mtime=0), title)])


def metadata(facts: Facts) -> bytes:
    """``metadata.json``."""
    said = {
        "Version": facts.version,
        "NextUpdate": facts.next_update,
        "UpdatedAt": facts.updated,
        "DownloadedAt": "0001-01-01T00:00:00Z",
    }
    return json.dumps(said).encode()


def tree(facts: Facts) -> dict[str, Any]:
    """The buckets of a database."""
    found: dict[str, Any] = {"data-source": {}, "vulnerability": {}, **{name: {} for name in facts.systems}}
    for name in facts.systems:
        known = "debian" if name.startswith("debian") else "ghsa"
        found["data-source"][name] = _json({"ID": known, "Name": name, "URL": "https://example.invalid/"})
    for one in facts.advisories:
        number = _SEVERITIES.index(one.severity)
        about: dict[str, Any]
        if one.system == "pip":
            bucket, about = "pip::GitHub Security Advisory Pip", {"VulnerableVersions": ["<99.0.0"]}
            about |= {"PatchedVersions": [one.fixed]} if one.fixed else {}
            vendor = "ghsa"
        else:
            bucket, vendor = one.system, "nvd"
            about = {"FixedVersion": one.fixed} if one.fixed else {"Status": _STATUSES["affected"]}
        found[bucket].setdefault(one.package, {})[one.id] = _json(about)
        found["vulnerability"][one.id] = _json(
            {"Title": one.title, "Severity": one.severity, "VendorSeverity": {vendor: number}}
        )
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def bolt(top: Tree) -> bytes:
    """A bbolt file of these buckets: each is one leaf page, however long."""
    pages: list[bytes] = []
    root = _write(top, pages)
    head = b"".join(_page(number, _META, 0, _meta(root, 3 + len(pages), number)) for number in (0, 1))
    return head + _page(2, _FREE, 0, b"") + b"".join(pages)


def _write(bucket: Tree, pages: list[bytes]) -> int:
    """Appends the pages of a bucket behind those of what is in it; gives the number of the first."""
    items: list[tuple[bytes, bytes, int]] = []
    for key, value in sorted(bucket.items(), key=lambda item: item[0].encode()):
        if isinstance(value, Mapping):
            items.append((key.encode(), struct.pack("<QQ", _write(value, pages), 0), _NESTED))
        else:
            items.append((key.encode(), value, 0))
    number = 3 + len(pages)
    data = _page(number, _LEAF, len(items), _elements(items))
    pages += [data[at : at + _PAGE] for at in range(0, len(data), _PAGE)]
    return number


def _elements(items: Iterable[tuple[bytes, bytes, int]]) -> bytes:
    listed = list(items)
    table, content = b"", b""
    for index, (key, value, flags) in enumerate(listed):
        # The place counts from the element itself.
        place = 16 * (len(listed) - index) + len(content)
        table += struct.pack("<IIII", flags, place, len(key), len(value))
        content += key + value
    return table + content


def _page(number: int, flags: int, count: int, content: bytes) -> bytes:
    length = -(-(16 + len(content)) // _PAGE)
    head = struct.pack("<QHHI", number, flags, count, length - 1)
    return (head + content).ljust(length * _PAGE, b"\0")


def _meta(root: int, end: int, transaction: int) -> bytes:
    said = struct.pack("<IIIIQQQQQ", 0xED0CDAED, 2, _PAGE, 0, root, 0, 2, end, transaction)
    total = 0xCBF29CE484222325
    for byte in said:
        total = (total ^ byte) * 0x100000001B3 % 2**64
    return said + struct.pack("<Q", total)

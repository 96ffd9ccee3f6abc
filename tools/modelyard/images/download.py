"""Fetches the artifact that trivy's database is published as."""

from __future__ import annotations

import os
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import IO

from modelyard.errors import UsageError
from modelyard.oci.client import Registry
from modelyard.oci.documents import Manifest
from modelyard.oci.errors import Malformed
from modelyard.oci.limits import Limits
from modelyard.oci.reference import Reference
from modelyard.values import MalformedError

VARIABLE = "MODELYARD_TRIVY_DB"
DEFAULT = "ghcr.io/aquasecurity/trivy-db:2"
_LAYER = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
_MEMBERS = ("trivy.db", "metadata.json")
_LARGEST_PACKED, _LARGEST = 2 * 2**30, 16 * 2**30  # bytes; in 2026 it is some 100 MiB, unpacked under 2 GiB
_LIMITS = Limits(request_seconds=600, total_seconds=900)
_CHUNK = 2**20


def source() -> Reference:
    """Where the database comes from: its makers' registry, or a mirror of it. Raises UsageError."""
    text = os.environ.get(VARIABLE) or DEFAULT
    try:
        return Reference.parse(text)
    except MalformedError as error:
        raise UsageError(f"{VARIABLE}: {error}: {error.hint}") from error


def download(reference: Reference, folder: Path) -> str:
    """Writes ``trivy.db`` and ``metadata.json`` into a folder; gives the digest of the artifact.

    Raises RegistryError, OSError, and ValueError for what is no such database.
    """
    registry = Registry(limits=_LIMITS)
    manifest = registry.manifest(reference)
    if not isinstance(manifest, Manifest) or [one.media_type for one in manifest.layers] != [_LAYER]:
        raise Malformed(reference.repository, "it has no vulnerability database of trivy there")
    with tempfile.TemporaryFile(dir=folder) as file:
        registry.save(reference, manifest.layers[0], file, _LARGEST_PACKED)
        file.seek(0)
        _unpack(file, folder)
    return manifest.digest


def _unpack(packed: IO[bytes], folder: Path) -> None:
    left = list(_MEMBERS)
    room = _LARGEST
    try:
        with tarfile.open(fileobj=packed, mode="r|gz") as archive:
            for member in archive:
                name = member.name.removeprefix("./")
                if name not in left or not member.isreg() or member.size > room:
                    raise ValueError("its archive holds something that does not belong there")
                left.remove(name)
                room -= member.size
                file = archive.extractfile(member)
                assert file is not None
                _copy(file, folder / name)
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise ValueError("its archive cannot be unpacked") from error
    if left:
        raise ValueError(f"its archive has no {left[0]}")


def _copy(file: IO[bytes], path: Path) -> None:
    with open(path, "xb") as into:
        while part := file.read(_CHUNK):
            into.write(part)

"""Images as registries hold them, made in memory: the same arguments give the same digests everywhere."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
CREATED = "org.opencontainers.image.created"


@dataclass(frozen=True)
class Image:
    """A manifest or an index with all that it needs: what ``OciRegistry.push`` takes.

    ``blobs`` are by digest; ``children`` are the images of an index; ``platform`` is how an index lists it.
    """

    media_type: str
    data: bytes
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    children: tuple[Image, ...] = ()
    platform: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, str] = field(default_factory=dict)  # annotations of its descriptor in an index

    @property
    def digest(self) -> str:
        return sha256(self.data)


def sha256(data: bytes) -> str:
    """The digest as registries write it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def image(
    *,
    created: str | None = "2026-08-25T00:00:00Z",
    annotations: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    layers: Sequence[Mapping[str, bytes]] = ({"etc/os-release": b"ID=debian\n"},),
    architecture: str = "amd64",
    variant: str = "",
    docker: bool = False,
    listed: Mapping[str, str] | None = None,
    config: Mapping[str, Any] | None = None,
) -> Image:
    """A Linux image of one architecture; ``created`` stands in its config (None: not at all).

    ``docker`` makes it of Docker's schema 2; ``listed`` are the annotations of its descriptor where an
    index lists it; ``config`` adds to the ``config`` of its config (Env, User, ...).
    """
    tars = [_tar(files) for files in layers]
    packed = [gzip.compress(data, 6, mtime=0) for data in tars]
    platform = {"architecture": architecture, "os": "linux", **({"variant": variant} if variant else {})}
    inner = {**(config or {}), **({"Labels": dict(labels)} if labels else {})}
    configuration: dict[str, Any] = {
        **platform,
        **({"created": created} if created is not None else {}),
        "config": inner,
        "rootfs": {"type": "layers", "diff_ids": [sha256(data) for data in tars]},
    }
    settings = _json(configuration)
    media_type = DOCKER_MANIFEST if docker else OCI_MANIFEST
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": descriptor(DOCKER_CONFIG if docker else OCI_CONFIG, settings),
        "layers": [descriptor(DOCKER_LAYER if docker else OCI_LAYER, data) for data in packed],
        **({"annotations": dict(annotations)} if annotations else {}),
    }
    blobs = {sha256(data): data for data in (settings, *packed)}
    return Image(media_type, _json(manifest), blobs, (), platform, dict(listed or {}))


def index(
    images: Sequence[Image], *, annotations: Mapping[str, str] | None = None, docker: bool = False
) -> Image:
    """An OCI index, or Docker's manifest list, of these images in this order."""
    media_type = DOCKER_LIST if docker else OCI_INDEX
    listed = [
        {
            "mediaType": one.media_type,
            "digest": one.digest,
            "size": len(one.data),
            **({"annotations": dict(one.listed)} if one.listed else {}),
            **({"platform": dict(one.platform)} if one.platform else {}),
        }
        for one in images
    ]
    document = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "manifests": listed,
        **({"annotations": dict(annotations)} if annotations else {}),
    }
    return Image(media_type, _json(document), {}, tuple(images))


def attestation(subject: Image) -> Image:
    """What BuildKit puts beside an image in an index: an "image" of no platform that runs nowhere."""
    statement = _json({"_type": "https://in-toto.io/Statement/v0.1", "predicate": {}, "subject": []})
    settings = _json({"architecture": "unknown", "os": "unknown", "config": {}, "rootfs": {}})
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_CONFIG, settings),
        "layers": [descriptor("application/vnd.in-toto+json", statement)],
    }
    listed = {
        "vnd.docker.reference.digest": subject.digest,
        "vnd.docker.reference.type": "attestation-manifest",
    }
    blobs = {sha256(data): data for data in (settings, statement)}
    platform = {"architecture": "unknown", "os": "unknown"}
    return Image(OCI_MANIFEST, _json(manifest), blobs, (), platform, listed)


def artifact(
    artifact_type: str,
    layers: Sequence[tuple[str, bytes, Mapping[str, str]]],
    *,
    subject: Image | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Image:
    """Something that is no image (a database, an SBOM): layers of media type, content and annotations.

    With ``subject`` it is listed by the referrers API of that image.
    """
    empty = b"{}"
    listed = [
        {**descriptor(media_type, data), **({"annotations": dict(notes)} if notes else {})}
        for media_type, data, notes in layers
    ]
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": artifact_type,
        "config": descriptor(OCI_EMPTY, empty),
        "layers": listed,
        **({"annotations": dict(annotations)} if annotations else {}),
    }
    if subject is not None:
        manifest["subject"] = descriptor(subject.media_type, subject.data)
    blobs = {sha256(data): data for data in (empty, *(data for _, data, _ in layers))}
    return Image(OCI_MANIFEST, _json(manifest), blobs)


def descriptor(media_type: str, data: bytes) -> dict[str, Any]:
    """How a manifest names content."""
    return {"mediaType": media_type, "digest": sha256(data), "size": len(data)}


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _tar(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()

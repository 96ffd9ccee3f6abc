"""An image as it is scanned: its manifest, its configuration, its layers, each known by its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from modelyard.oci.documents import Descriptor, ImageConfig, Manifest
from modelyard.oci.reference import DIGEST

CONFIGS = (
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
TAR = "application/vnd.oci.image.layer.v1.tar"
GZIP = f"{TAR}+gzip"
_LAYERS = (
    TAR,
    GZIP,
    f"{TAR}+zstd",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd",
)
_MOST_LAYERS = 500


class Unreadable(Exception):
    """Why an image cannot be looked at. ``seen`` finishes "the image ...", ``hint`` says what mends it."""

    def __init__(self, seen: str, hint: str = "") -> None:
        super().__init__(seen)
        self.seen = seen
        self.hint = hint or "build it again with a usual builder, or give the digest of a container image"


@dataclass(frozen=True)
class Image:
    """One image of one platform.

    ``name`` is what reports call it: host and path, or the name of an archive. ``digest`` is what it is
    known by: the digest of its manifest, or, in an archive without one, of its configuration. ``fetch``
    writes the content of a layer to a file, or raises Unreadable.
    """

    name: str
    digest: str
    manifest: bytes = field(repr=False)
    config_data: bytes = field(repr=False)
    config: ImageConfig
    layers: tuple[Descriptor, ...]
    fetch: Callable[[Descriptor, BinaryIO], None] = field(repr=False)

    @property
    def image_id(self) -> str:
        """The digest of its configuration, which is what Docker calls it by."""
        return "sha256:" + hashlib.sha256(self.config_data).hexdigest()

    @property
    def diff_ids(self) -> tuple[str, ...]:
        """The digests of its layers' uncompressed content, as its configuration says. Raises Unreadable."""
        said = self.config.document.get("rootfs")
        listed = said.get("diff_ids") if isinstance(said, dict) else None
        ids = tuple(one for one in listed or () if isinstance(one, str) and DIGEST.fullmatch(one))
        if len(ids) != len(listed or ()) or len(ids) != len(self.layers):
            raise Unreadable("has a configuration that does not list its layers")
        return ids

    @property
    def settings(self) -> Mapping[str, Any]:
        """The ``config`` of its configuration: user, environment, command."""
        found = self.config.document.get("config")
        return found if isinstance(found, dict) else {}


def checked(image: Image, manifest: Manifest) -> Image:
    """The image, if it is one that can be run. Raises Unreadable for anything else in the shape of one."""
    if manifest.config.media_type not in CONFIGS:
        raise Unreadable(f"is no container image but {shown(manifest.config.media_type) or 'of no type'}")
    if len(image.layers) > _MOST_LAYERS:
        raise Unreadable(f"has {len(image.layers)} layers; {_MOST_LAYERS} are the most")
    for layer in image.layers:
        if layer.media_type not in _LAYERS:
            raise Unreadable(f"has a layer of a type that is not looked into: {shown(layer.media_type)}")
    if image.config.os != "linux":
        raise Unreadable(f"is an image for {shown(image.config.os) or 'no system'}, and not for Linux")
    _ = image.diff_ids
    return image


def manifest_of(config: bytes, layers: tuple[Descriptor, ...]) -> bytes:
    """A manifest for an image that came without one."""
    document = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {
            "mediaType": CONFIGS[0],
            "digest": "sha256:" + hashlib.sha256(config).hexdigest(),
            "size": len(config),
        },
        "layers": [{"mediaType": one.media_type, "digest": one.digest, "size": one.size} for one in layers],
    }
    return json.dumps(document, separators=(",", ":")).encode()


def shown(text: object) -> str:
    """What stands in an image, fit for one line of a report."""
    plain = "".join(one if one.isprintable() else " " for one in str(text)[:400])
    return " ".join(plain.split())[:120]

"""The copy that trivy looks at: an OCI layout of exactly one image, every byte held to its digest."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path

from modelyard.images.image import Image, Unreadable
from modelyard.oci.documents import Descriptor

_CHUNK = 2**20
_INTO_GZIP = 16 + zlib.MAX_WBITS  # what zlib calls the format of gzip
_LARGEST = 2**40  # bytes of a layer unpacked


def write_layout(image: Image, folder: Path) -> None:
    """Writes the layout into a folder that is not there yet. Raises what ``image.fetch`` raises, and OSError.

    https://github.com/opencontainers/image-spec/blob/main/image-layout.md
    """
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    manifest = _put(blobs, image.manifest)
    _put(blobs, image.config_data)
    for layer in {one.digest: one for one in image.layers}.values():
        with open(_place(folder, layer), "xb") as file:
            image.fetch(layer, file)
    _check_repeated(image, folder)
    media_type = json.loads(image.manifest).get("mediaType", "application/vnd.oci.image.manifest.v1+json")
    described = {"mediaType": media_type, "digest": f"sha256:{manifest}", "size": len(image.manifest)}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [described]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def _put(blobs: Path, data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()
    (blobs / name).write_bytes(data)
    return name


def _place(folder: Path, layer: Descriptor) -> Path:
    return folder / "blobs" / layer.digest.replace(":", "/")


def _check_repeated(image: Image, folder: Path) -> None:
    """Two layers of one unpacked digest must be one thing: trivy looks into the first of them only."""
    first: dict[str, Descriptor] = {}
    for diff_id, layer in zip(image.diff_ids, image.layers, strict=True):
        other = first.setdefault(diff_id, layer)
        if other.digest != layer.digest:
            for one in (other, layer):
                if _unpacked(_place(folder, one)) != diff_id:
                    raise Unreadable(f"has a layer that is not the {diff_id} that its configuration says")


def _unpacked(path: Path) -> str:
    """The digest of a layer's tar. Raises Unreadable for one that is packed in another way than gzip."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        start = file.read(4)
        file.seek(0)
        if start[:2] != b"\x1f\x8b":
            return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
        unpacking = zlib.decompressobj(_INTO_GZIP)
        try:
            while part := file.read(_CHUNK):
                while part:
                    plain = unpacking.decompress(part, _CHUNK)
                    size += len(plain)
                    digest.update(plain)
                    part = unpacking.unconsumed_tail
        except zlib.error as error:
            raise Unreadable("has a layer that cannot be unpacked") from error
    if size > _LARGEST or not unpacking.eof:
        raise Unreadable("has a layer that cannot be unpacked")
    return f"sha256:{digest.hexdigest()}"

"""Images in files: an OCI layout as a folder or a tar, or what `docker save` writes.

Nothing is unpacked: what is asked for is read by its name, and believed when its digest is right.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from modelyard.images.files import Files, open_files
from modelyard.images.image import GZIP, TAR, Image, Unreadable, checked, manifest_of
from modelyard.oci.documents import INDEXES, Descriptor, Index, Manifest, parse_config, parse_manifest
from modelyard.oci.errors import RegistryError
from modelyard.oci.limits import MIB

_LARGEST_DOCUMENT = 4 * MIB
_MOST_PLATFORMS = 16
_GZIP_MAGIC = b"\x1f\x8b"


def images_of(path: Path) -> tuple[Image, ...]:
    """The images in an archive. Raises Unreadable."""
    files = open_files(path)
    try:
        if files.has("index.json") and files.has("oci-layout"):
            return tuple(_oci_images(files, path.name))
        if files.has("manifest.json"):
            return (_docker_image(files, path.name),)
    except RegistryError as error:
        # The parsers are those that read what registries send.
        raise Unreadable(f"is broken: {error.reason}") from error
    raise Unreadable("is neither an OCI layout nor what `docker save` writes")


def _oci_images(files: Files, name: str) -> list[Image]:
    """Of a layout with one image, or one index of several platforms."""
    index = parse_manifest(files.read("index.json", _LARGEST_DOCUMENT), "", INDEXES[0], name)
    assert isinstance(index, Index)
    top = _runnable(index)
    if len(top) != 1:
        raise Unreadable(f"holds {len(top)} images", "write an archive of one image")
    return [_oci_image(files, name, one) for one in _manifests(files, name, top[0])]


def _manifests(files: Files, name: str, descriptor: Descriptor) -> list[Manifest]:
    found = _manifest(files, name, descriptor)
    if isinstance(found, Manifest):
        return [found]
    listed = _runnable(found)
    if not 1 <= len(listed) <= _MOST_PLATFORMS:
        raise Unreadable(f"holds an index of {len(listed)} images", "write an archive of one image")
    inner = [_manifest(files, name, one) for one in listed]
    if not all(isinstance(one, Manifest) for one in inner):
        raise Unreadable("holds an index of indexes", "write an archive of one image")
    return [one for one in inner if isinstance(one, Manifest)]


def _runnable(index: Index) -> list[Descriptor]:
    return [one for one in index.manifests if (one.os, one.architecture) != ("unknown", "unknown")]


def _manifest(files: Files, name: str, descriptor: Descriptor) -> Index | Manifest:
    data = files.blob(descriptor, _LARGEST_DOCUMENT)
    return parse_manifest(data, descriptor.digest, descriptor.media_type, name)


def _oci_image(files: Files, name: str, manifest: Manifest) -> Image:
    data = files.blob(manifest.config, _LARGEST_DOCUMENT)
    config = parse_config(data, name)

    def fetch(layer: Descriptor, file: BinaryIO) -> None:
        files.copy(Files.blob_name(layer.digest), layer, file)

    image = Image(name, manifest.digest, manifest.data, data, config, manifest.layers, fetch)
    return checked(image, manifest)


def _docker_image(files: Files, name: str) -> Image:
    """Of `docker save`: a list of images, each with the names of its configuration and its layers' tars."""
    said = _one_image(files.read("manifest.json", _LARGEST_DOCUMENT))
    data = files.read(said["Config"], _LARGEST_DOCUMENT)
    places: dict[str, str] = {}
    layers = []
    for place in said["Layers"]:
        size, digest, start = files.measure(place)
        layers.append(Descriptor(GZIP if start.startswith(_GZIP_MAGIC) else TAR, digest, size))
        places[digest] = place
    manifest = manifest_of(data, tuple(layers))
    parsed = parse_manifest(manifest, "", json.loads(manifest)["mediaType"], name)
    assert isinstance(parsed, Manifest)
    config = parse_config(data, name)
    fetch = _fetcher(files, places)
    image = Image(name, parsed.config.digest, manifest, data, config, tuple(layers), fetch)
    return checked(image, parsed)


def _fetcher(files: Files, places: Mapping[str, str]) -> Callable[[Descriptor, BinaryIO], None]:
    def fetch(layer: Descriptor, file: BinaryIO) -> None:
        files.copy(places[layer.digest], layer, file)

    return fetch


def _one_image(data: bytes) -> Mapping[str, Any]:
    try:
        listed = json.loads(data)
    except (ValueError, RecursionError):
        raise Unreadable("is broken: its manifest.json is not JSON") from None
    if not isinstance(listed, list) or len(listed) != 1:
        raise Unreadable("does not hold exactly one image", "save one image: `docker save NAME -o FILE`")
    (said,) = listed
    names = [said.get("Config"), *_list(said.get("Layers"))] if isinstance(said, dict) else [None]
    if not all(isinstance(one, str) for one in names):
        raise Unreadable("is broken: its manifest.json does not name a configuration and layers")
    return {"Config": said["Config"], "Layers": _list(said.get("Layers"))}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [None] if value is not None else []

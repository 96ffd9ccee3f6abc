"""What registries hold, parsed: indexes, manifests and image configurations.

https://github.com/opencontainers/image-spec and Docker's schema 2, which has the same shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.oci.errors import Malformed
from modelyard.oci.reference import DIGEST

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_LARGEST = 2**53


@dataclass(frozen=True)
class Descriptor:
    """How content is named. ``size`` in bytes; ``os`` and ``architecture`` are empty where not said."""

    media_type: str
    digest: str
    size: int
    annotations: Mapping[str, str] = field(default_factory=dict)
    os: str = ""
    architecture: str = ""


@dataclass(frozen=True)
class Index:
    """Images of several platforms under one digest."""

    digest: str
    media_type: str
    manifests: tuple[Descriptor, ...]
    annotations: Mapping[str, str]
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Manifest:
    """One image, or an artifact that is stored like one."""

    digest: str
    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: Mapping[str, str]
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class ImageConfig:
    """What an image says of itself. ``created`` is as written, empty where it is not said."""

    architecture: str
    os: str
    created: str
    labels: Mapping[str, str]
    document: Mapping[str, Any] = field(repr=False)


def parse_manifest(data: bytes, digest: str, media_type: str, repository: str) -> Index | Manifest:
    """``media_type`` is the Content-Type that it came with. Raises Malformed."""
    if media_type not in (*INDEXES, *MANIFESTS):
        raise Malformed(repository, "it answers with something that is no image manifest or index")
    document = parse_object(data, repository, "the manifest")
    if document.get("mediaType", media_type) != media_type:
        raise Malformed(repository, "the manifest says to be of another type than its Content-Type")
    reader = _Reader(repository, "the manifest")
    annotations = reader.texts(document.get("annotations"))
    if media_type in INDEXES:
        # One document that reads as both would be another image to another tool.
        reader.without(document, "layers", "config")
        manifests = reader.descriptors(document.get("manifests"))
        return Index(digest, media_type, manifests, annotations, data)
    reader.without(document, "manifests")
    config = reader.descriptor(document.get("config"))
    layers = reader.descriptors(document.get("layers"))
    return Manifest(digest, media_type, config, layers, annotations, data)


def parse_config(data: bytes, repository: str) -> ImageConfig:
    """An image's configuration. Raises Malformed."""
    document = parse_object(data, repository, "the image's configuration")
    reader = _Reader(repository, "the image's configuration")
    inner = reader.mapping(document.get("config"))
    return ImageConfig(
        architecture=reader.text(document.get("architecture")),
        os=reader.text(document.get("os")),
        created=reader.text(document.get("created")),
        labels=reader.texts(inner.get("Labels")),
        document=document,
    )


def parse_object(data: bytes, repository: str, what: str) -> Mapping[str, Any]:
    """A JSON object. Raises Malformed, without repeating what it got: that may be a token."""
    try:
        document = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Malformed(repository, f"{what} is not JSON") from None
    if not isinstance(document, dict):
        raise Malformed(repository, f"{what} is not a JSON object")
    return document


def _refuse(name: str) -> None:
    raise ValueError(name)


@dataclass(frozen=True)
class _Reader:
    """Takes values out of a document, each of the type that it must have. Null is as good as absent."""

    repository: str
    what: str

    def wrong(self, why: str) -> Malformed:
        return Malformed(self.repository, f"{self.what} {why}")

    def without(self, document: Mapping[str, Any], *names: str) -> None:
        for name in names:
            if name in document:
                raise self.wrong(f"holds {name}, which its type has not")

    def mapping(self, value: Any) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.wrong("holds something else where an object belongs")
        return value

    def text(self, value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong("holds something else where a string belongs")
        return value

    def texts(self, value: Any) -> Mapping[str, str]:
        return {name: self.text(inner) for name, inner in self.mapping(value).items()}

    def descriptors(self, value: Any) -> tuple[Descriptor, ...]:
        if not isinstance(value, list):
            raise self.wrong("holds no list where descriptors belong")
        return tuple(self.descriptor(one) for one in value)

    def descriptor(self, value: Any) -> Descriptor:
        entry = self.mapping(value)
        digest, size = entry.get("digest"), entry.get("size")
        if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
            raise self.wrong("names content without a sha256 digest")
        if type(size) is not int or not 0 <= size < _LARGEST:
            raise self.wrong("names content without a size")
        platform = self.mapping(entry.get("platform"))
        return Descriptor(
            media_type=self.text(entry.get("mediaType")),
            digest=digest,
            size=size,
            annotations=self.texts(entry.get("annotations")),
            os=self.text(platform.get("os")),
            architecture=self.text(platform.get("architecture")),
        )

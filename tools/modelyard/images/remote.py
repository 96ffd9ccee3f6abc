"""Images of a registry. Nothing of them is believed before it was held against its digest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from modelyard.images.image import Image, Unreadable, checked
from modelyard.oci.client import Registry
from modelyard.oci.documents import Descriptor, Index, Manifest, parse_config
from modelyard.oci.errors import RegistryError
from modelyard.oci.limits import Limits
from modelyard.oci.reference import Reference

LARGEST_LAYER = 32 * 2**30  # bytes, packed
_LAYER_LIMITS = Limits(request_seconds=900, total_seconds=1800)
_MOST_PLATFORMS = 16


def images_of(reference: Reference) -> tuple[Image, ...]:
    """The image of a digest, or those of all platforms where it is an index. Raises Unreadable."""
    with _asking():
        registry = Registry()
        found = registry.manifest(reference)
        manifests = [found] if isinstance(found, Manifest) else list(_platforms(registry, reference, found))
        return tuple(_image(registry, reference, one) for one in manifests)


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except RegistryError as error:
        raise Unreadable(f"cannot be fetched: {error}", error.hint) from error


def _platforms(registry: Registry, reference: Reference, index: Index) -> Iterator[Manifest]:
    """The images of an index that something can run."""
    # Builders put statements about an image beside it, as images that run on no system.
    listed = [one for one in index.manifests if (one.os, one.architecture) != ("unknown", "unknown")]
    if not listed:
        raise Unreadable("is an index without any image")
    if len(listed) > _MOST_PLATFORMS:
        raise Unreadable(f"is an index of {len(listed)} images", "give the digest of one of them")
    for descriptor in listed:
        found = registry.manifest(reference.at(descriptor.digest))
        if isinstance(found, Index):
            raise Unreadable("is an index of indexes", "give the digest of one image")
        yield found


def _image(registry: Registry, reference: Reference, manifest: Manifest) -> Image:
    layers = Registry(limits=_LAYER_LIMITS)

    def fetch(layer: Descriptor, file: BinaryIO) -> None:
        with _asking():
            layers.save(reference, layer, file, LARGEST_LAYER)

    data = registry.blob(reference, manifest.config, registry.limits.config_bytes)
    config = parse_config(data, reference.repository)
    image = Image(reference.repository, manifest.digest, manifest.data, data, config, manifest.layers, fetch)
    return checked(image, manifest)

"""The weights of a manifest as files with a path: those that are fetched, and those that are in the image."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.delivery import HOSTED_MODELS, SINGLE, Baked, Delivery, local_names
from modelyard.spec.manifest import Artifact, Job, Manifest, Service, Weights


def every_weights(manifest: Manifest) -> Iterator[tuple[str, str, Weights]]:
    """Artifacts and hosted models alike: the key of the manifest, the name there, and what it says."""
    for name, item in manifest.artifacts.items():
        yield "artifacts", name, item
    if isinstance(manifest, Service):
        for name, model in manifest.models.items():
            yield "models", name, model


def deliveries(manifest: Service | Job, *, baked: bool) -> tuple[Delivery, ...]:
    """What an init container fetches or, ``baked``, what the images of the model have in them."""
    return tuple(_deliveries(manifest, baked=baked))


def fetched_by_server(manifest: Service | Job) -> list[Weights]:
    """What the model's own code fetches, with permissions of its own."""
    return [item for _, _, item in every_weights(manifest) if item.fetched_by == "server" and not item.bake]


def baked_into(manifest: Service | Job, container: str) -> tuple[Baked, ...]:
    """The files of one container's image, sorted by their paths."""
    mine = deliveries(manifest, baked=True)
    names = local_names((*deliveries(manifest, baked=False), *mine))
    found = (
        Baked(item.name, item.uri, item.sha256, item.path, names[item])
        for item in mine
        if container in item.containers
    )
    return tuple(sorted(found, key=lambda item: item.path))


def _deliveries(manifest: Service | Job, *, baked: bool) -> Iterator[Delivery]:
    containers = tuple(manifest.containers) or (SINGLE,)
    for _, name, item in every_weights(manifest):
        if item.bake != baked or (item.fetched_by == "server" and not baked):
            continue
        if isinstance(item, Artifact):
            yield _delivery(name, item, item.path.text, item.containers or containers)
        else:
            file = item.source.key.rsplit("/", 1)[-1]
            yield _delivery(name, item, f"{HOSTED_MODELS}/{name}/{file}", containers[:1])


def _delivery(name: str, item: Weights, path: str, containers: tuple[str, ...]) -> Delivery:
    size = item.size.bytes if item.size is not None else 0
    return Delivery(name, str(item.source), item.sha256, item.version_id or "", path, size, containers)

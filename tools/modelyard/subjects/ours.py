"""Files of our own: manifests, releases, overrides, and the catalogue of base images."""

from __future__ import annotations

from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import CatalogueEntry, ModelManifest
from modelyard.subjects.gathering import Gathering, text_of


def gather_model(gathering: Gathering) -> None:
    """The manifest, be it the document itself or in a release or an override."""
    data = gathering.document.data
    if not isinstance(data, dict):
        gathering.wrong((), "", "a manifest", "a mapping", data)
        return
    inside = data.get("kind") in ("Release", "Override")
    manifest: Any = data
    path: Path = ()
    if inside:
        path = ("manifest",)
        manifest = gathering.mapping(data, "manifest", (), "")
    name = text_of(manifest.get("name")) or text_of(data.get("model"))
    gathering.add(
        ModelManifest(
            document=gathering.document, path=path, resource=f"model/{name}", name=name, manifest=manifest
        )
    )


def gather_bases(gathering: Gathering) -> None:
    """Every entry of the catalogue."""
    data = gathering.document.data
    if not isinstance(data, dict):
        gathering.wrong((), "", "the catalogue", "a mapping", data)
        return
    for key, entry in gathering.mapping(data, "images", (), "").items():
        resource = f"image/{key}"
        if isinstance(entry, dict):
            gathering.add(
                CatalogueEntry(
                    document=gathering.document,
                    path=("images", key),
                    resource=resource,
                    key=key,
                    entry=entry,
                )
            )
        else:
            gathering.wrong(("images", key), resource, "an entry", "a mapping", entry)

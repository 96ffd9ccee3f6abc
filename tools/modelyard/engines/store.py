"""Making an image in the storage of podman and buildah say nothing of how or when it was built.

The layers are the same each time (``--timestamp``), but Docker's image format, which alone has HEALTHCHECK
and which alone SageMaker takes, records in its configuration the id and host name of the container that it
was committed from, and the ids of the images of each step. So the configuration is written anew without them,
and read in beside its layers: a ``dir:`` image whose layers the storage has is copied without their bytes.
Formats: github.com/moby/docker-image-spec, containers-storage(5), containers-transports(5).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.engines.api import EngineError

# Of the container it was committed from, and of the images between.
_OF_THE_BUILD = ("container", "container_config", "parent")
_SAYS_FROM = "FROM "


@dataclass(frozen=True)
class Stored:
    """An image as the storage has it."""

    manifest: Mapping[str, Any]
    config: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Bytes of all layers, unpacked."""
        return sum(int(layer["size"]) for layer in self.manifest["layers"])


def read_image(storage: Path, driver: str, image: str) -> Stored:
    """The image of this id. EngineError where the storage is not as it is known to be."""
    folder = storage / f"{driver}-images" / image
    name = base64.b64encode(f"sha256:{image}".encode()).decode()
    try:
        manifest = json.loads((folder / "manifest").read_bytes())
        config = json.loads((folder / f"={name}").read_bytes())
        return Stored(
            {**manifest, "layers": list(manifest["layers"])}, {**config, "config": {**config["config"]}}
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"the image {image[:12]} cannot be read from {folder}: {error!r}") from error


def plain_config(config: Mapping[str, Any], created: int) -> dict[str, Any]:
    """The configuration without what a build leaves in it, dated ``created`` (seconds since 1970).

    History of the base image keeps its dates: those of this build are recognised by what they say they are
    from.
    """
    day = datetime.fromtimestamp(created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kept = {key: value for key, value in config.items() if key not in _OF_THE_BUILD}
    kept["created"] = day
    kept["config"] = {key: value for key, value in config["config"].items() if key != "Hostname"}
    kept["history"] = [_plain_step(step, day) for step in config.get("history", ())]
    return kept


def _plain_step(step: Mapping[str, Any], day: str) -> dict[str, Any]:
    if not str(step.get("comment", "")).startswith(_SAYS_FROM):
        return dict(step)
    return {**{key: value for key, value in step.items() if key != "comment"}, "created": day}


def write_plain(stored: Stored, created: int, folder: Path) -> str:
    """Writes the image to an empty folder as ``dir:`` has it, without its layers; gives its id."""
    config = _encoded(plain_config(stored.config, created))
    image = hashlib.sha256(config).hexdigest()
    about = {**stored.manifest["config"], "digest": f"sha256:{image}", "size": len(config)}
    (folder / image).write_bytes(config)
    (folder / "manifest.json").write_bytes(_encoded({**stored.manifest, "config": about}))
    (folder / "version").write_text("Directory Transport Version: 1.1\n")
    return image


def manifest_digest(folder: Path) -> str:
    """The digest of what ``write_plain`` wrote."""
    return "sha256:" + hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def _encoded(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

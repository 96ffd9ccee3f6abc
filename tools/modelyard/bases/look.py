"""What a registry says of one digest: for which processors it is, and when it was made."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from modelyard.bases.dates import made
from modelyard.oci.client import Registry
from modelyard.oci.documents import Descriptor, ImageConfig, Index, Manifest
from modelyard.oci.errors import Malformed, NotFound
from modelyard.oci.limits import Deadline
from modelyard.oci.reference import Reference

CREATED = "org.opencontainers.image.created"
KNOWN = ("amd64", "arm64")  # the processors that the catalogue speaks of


@dataclass(frozen=True)
class Created:
    """When an image was made, None where nobody says, and what said so."""

    moment: datetime.datetime | None
    source: str = ""

    @property
    def date(self) -> str:
        """As the catalogue writes it."""
        return "unknown" if self.moment is None else self.moment.date().isoformat()


@dataclass(frozen=True)
class Look:
    """One digest. ``kind`` is what it is; ``created`` is that of the oldest of the processors asked for.

    The oldest counts, because the age of an image is a bound on what may be wrong with it; where one is
    unknown, so is the whole, for nobody can tell that it is not older.
    """

    digest: str
    kind: str
    architectures: tuple[str, ...]
    created: Created


def look(registry: Registry, reference: Reference, wanted: Collection[str], deadline: Deadline) -> Look:
    """Asks for one digest. Raises RegistryError; NotFound only where the digest itself is not there."""
    top = registry.manifest(reference, deadline)
    try:
        found = _Images(registry, reference, deadline)
        created = found.of_index(top, wanted) if isinstance(top, Index) else found.of_manifest(top)
    except NotFound as error:
        raise Malformed(error.repository, f"{top.digest} is incomplete: {error.reason}") from error
    counted = _oldest(one for name, one in created.items() if name in wanted)
    return Look(top.digest, _kind(top), tuple(sorted(created)), counted)


def _kind(top: Index | Manifest) -> str:
    family = "Docker" if "docker" in top.media_type else "OCI"
    if isinstance(top, Manifest):
        return f"{family} image manifest"
    return "OCI image index" if family == "OCI" else "Docker manifest list"


def _oldest(created: Iterable[Created]) -> Created:
    dated: list[tuple[datetime.datetime, str]] = []
    for one in created:
        if one.moment is None:
            return Created(None)
        dated.append((one.moment, one.source))
    return Created(*min(dated)) if dated else Created(None)


class _Images:
    """Linux images below one digest, by processor."""

    def __init__(self, registry: Registry, reference: Reference, deadline: Deadline) -> None:
        self._registry = registry
        self._reference = reference
        self._deadline = deadline

    def of_manifest(self, manifest: Manifest) -> dict[str, Created]:
        config = self._config(manifest)
        self._must_be_linux(config)
        return {config.architecture: self._created(None, manifest, config)}

    def of_index(self, index: Index, wanted: Collection[str]) -> dict[str, Created]:
        found: dict[str, Created] = {}
        for descriptor in index.manifests:
            system, architecture = descriptor.os, descriptor.architecture
            if not system and not architecture:
                config = self._config(self._manifest(descriptor))
                system, architecture = config.os, config.architecture
            if system != "linux" or architecture not in KNOWN:
                continue  # another system, or what BuildKit attests beside the images
            created = self._of_member(index, descriptor) if architecture in wanted else Created(None)
            before = found.get(architecture, created)
            found[architecture] = _oldest((before, created))
        return found

    def _of_member(self, index: Index, descriptor: Descriptor) -> Created:
        """The most exact source first, and no question more than it takes: registries count them."""
        listed = descriptor.annotations.get(CREATED, "")
        if made(listed) is not None:
            return self._said(listed, f"annotation {CREATED} of {descriptor.digest} in the index")
        manifest = self._manifest(descriptor)
        created = self._created(descriptor, manifest, None)
        if created.moment is not None:
            return created
        return self._said(index.annotations.get(CREATED, ""), f"annotation {CREATED} of the index")

    def _created(
        self, descriptor: Descriptor | None, manifest: Manifest, config: ImageConfig | None
    ) -> Created:
        annotated = manifest.annotations.get(CREATED, "")
        if made(annotated) is not None:
            return self._said(annotated, f"annotation {CREATED} of {manifest.digest}")
        config = config or self._config(manifest)
        return self._said(config.created, f"created in the configuration of {manifest.digest}")

    def _said(self, text: str, source: str) -> Created:
        moment = made(text)
        return Created(moment, "" if moment is None else f"registry {self._reference.host}, {source}")

    def _manifest(self, descriptor: Descriptor) -> Manifest:
        found = self._registry.manifest(self._reference.at(descriptor.digest), self._deadline)
        if isinstance(found, Index):
            raise Malformed(self._reference.repository, "the index holds another index")
        return found

    def _config(self, manifest: Manifest) -> ImageConfig:
        return self._registry.config(self._reference, manifest, self._deadline)

    def _must_be_linux(self, config: ImageConfig) -> None:
        if config.os != "linux" or not config.architecture:
            raise Malformed(self._reference.repository, "the digest is no Linux image")

"""The catalogue as this package needs it: typed entries beside the places where each fact stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from modelyard.errors import UsageError
from modelyard.findings import Finding, Location
from modelyard.load.layout import CATALOGUE
from modelyard.oci.reference import Reference
from modelyard.source import Mapping, Scalar, read
from modelyard.source.file import NotAFile, read_bytes
from modelyard.source.reading import default_limits
from modelyard.spec.catalogue import BaseImage, Catalogue
from modelyard.spec.decode import Decoder
from modelyard.values import MalformedError


@dataclass(frozen=True)
class Entry:
    """One base image. ``label`` is its key in the file, ``node`` the mapping behind it."""

    key: str
    image: BaseImage
    label: Scalar
    node: Mapping

    def at(self, *fields: str) -> Location:
        """Where the first of these fields stands; the key where the entry has none of them."""
        for name in fields:
            found = self.node.get(name)
            if found is not None:
                return found.location
        return self.label.location

    @property
    def reference(self) -> Reference:
        """The image by tag and digest."""
        named = Reference.parse(f"{self.image.repository}:{self.image.tag}")
        return Reference(named.host, named.path, named.tag, self.image.digest)


@dataclass(frozen=True)
class CatalogueFile:
    """The file's bytes, its entries in their order, and why there are none."""

    data: bytes
    tree: Mapping | None
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def load(root: Path) -> CatalogueFile:
    """Reads Dockerfiles/base-images.yaml. Raises UsageError where there is no such file to be read."""
    try:
        data = read_bytes(root, CATALOGUE, default_limits.max_bytes + 1)
    except (OSError, NotAFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{CATALOGUE} cannot be read: {reason}") from error
    return parse(data)


def parse(data: bytes) -> CatalogueFile:
    """The catalogue in these bytes; what is wrong with it is in its findings."""
    reading = read(CATALOGUE, data)
    if reading.root is None:
        return CatalogueFile(data, None, (), reading.findings)
    decoder = Decoder({})
    catalogue = decoder.decode(reading.root, Catalogue)
    findings = (*reading.findings, *decoder.findings)
    if catalogue is None or not isinstance(reading.root, Mapping):
        return CatalogueFile(data, None, (), findings)
    images = reading.root.get("images")
    assert isinstance(images, Mapping)
    entries = []
    for key, (label, node) in images.entries.items():
        assert isinstance(node, Mapping)
        entry = Entry(key, catalogue.images[key], label, node)
        try:
            Reference.parse(str(entry.reference))
        except MalformedError as error:
            message = f"{key}: no registry can be asked for it: {error.message}"
            findings += (Finding("base-lookup-failed", entry.at("repository"), message, error.hint),)
        else:
            entries.append(entry)
    return CatalogueFile(data, reading.root, tuple(entries), findings)


def chosen(entries: tuple[Entry, ...], keys: Iterable[str]) -> tuple[Entry, ...]:
    """The entries of these keys in the order of the file, all where none is named. Raises UsageError."""
    wanted = set(keys)
    known = {entry.key for entry in entries}
    for key in sorted(wanted - known):
        from modelyard.findings.nearest import did_you_mean

        raise UsageError(f'there is no base image "{key}": {did_you_mean(key, known) or f"see {CATALOGUE}"}')
    return tuple(entry for entry in entries if not wanted or entry.key in wanted)

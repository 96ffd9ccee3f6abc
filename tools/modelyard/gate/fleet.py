"""What only shows when all models are looked at together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from modelyard.detections import Detection
from modelyard.findings import Location
from modelyard.gate.result import Looked
from modelyard.rules.ecs._fleet import RoleUse, shared_roles
from modelyard.source.file import NotAFile, read_bytes

_LARGEST = 2**24  # bytes of a file in which a place is looked up


def of_fleet(root: Path, looked: Sequence[Looked]) -> Iterator[Detection]:
    """Roles that more than one model uses."""
    return shared_roles((use for part in looked for use in part.roles), _locator(root))


def _locator(root: Path) -> Callable[[RoleUse], Location]:
    def locate(use: RoleUse) -> Location:
        from modelyard.subjects.reading import read_documents

        try:
            documents = read_documents(use.file, read_bytes(root, use.file, _LARGEST)).documents
        except (OSError, NotAFile):
            documents = ()  # it went away since it was looked at
        if use.index >= len(documents):
            return Location(use.file)
        return documents[use.index].locate(use.path)

    return locate

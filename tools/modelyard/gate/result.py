"""What parts of the gate give each other: what was found in files, and what scanners have to read."""

from __future__ import annotations

from dataclasses import dataclass

from modelyard.detections import Detection
from modelyard.rules.ecs._fleet import RoleUse
from modelyard.subjects.document import Kind


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was looked at: the kinds of its documents, the addresses of its resources, its digest.

    ``digest`` is the SHA-256 of its bytes, hexadecimal. ``images`` are what its containers or stages
    run, so that what a scanner says of it is bound to them.
    """

    path: str
    digest: str
    kinds: tuple[Kind, ...]
    resources: tuple[str, ...]
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of some files: what was found in them, and what they are."""

    detections: tuple[Detection, ...]
    seen: tuple[Seen, ...]
    roles: tuple[RoleUse, ...] = ()

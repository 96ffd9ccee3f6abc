"""One credential that was found, without the credential."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """A credential at ``start:end`` of the text that was searched.

    ``kind`` is its kebab-case kind (``github-token``). ``hint`` says what kind of text it is without giving
    any of its secret part: a vendor's public prefix and the length. ``fingerprint`` is the first 16
    hexadecimal digits of the value's SHA-256. ``rank`` orders hits that overlap: the higher one stays.
    """

    kind: str
    start: int
    end: int
    hint: str
    fingerprint: str
    rank: int = 0


def fingerprint_of(value: str) -> str:
    """Sixteen hexadecimal digits that tell one secret from another."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def hit_of(
    kind: str, value: str, start: int, *, prefix: str = "", end: int | None = None, rank: int = 0
) -> Hit:
    """A hit for ``value`` at ``start``. ``prefix`` is the part of it that every such credential begins with.

    ``end`` is given where the value in the text is not the value itself (it is encoded there).
    """
    shown = f"{prefix}… " if prefix and len(prefix) * 2 <= len(value) else ""
    hint = f"{shown}({len(value)} characters)"
    return Hit(kind, start, start + len(value) if end is None else end, hint, fingerprint_of(value), rank)

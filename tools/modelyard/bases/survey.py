"""Asking the registry of every entry: each lookup by itself, so that one that fails hides no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.bases.catalogue import Entry
from modelyard.bases.look import Look, look
from modelyard.bases.parallel import each
from modelyard.oci.client import Registry
from modelyard.oci.errors import RegistryError
from modelyard.oci.limits import Deadline


@dataclass(frozen=True)
class Survey:
    """What a registry says of one entry; an error stands where there was no answer.

    ``pinned`` is the recorded digest, ``tag`` the digest that its tag points to today, ``current`` that
    digest looked at (``pinned`` itself where the tag has not moved).
    """

    entry: Entry
    pinned: Look | RegistryError
    tag: str | RegistryError
    current: Look | RegistryError

    @property
    def moved(self) -> bool:
        return isinstance(self.tag, str) and self.tag != self.entry.image.digest


def survey(registry: Registry, entries: Sequence[Entry]) -> list[Survey]:
    """Looks at all entries at once, each for at most the registry's ``total_seconds``."""
    return each(lambda entry: _one(registry, entry), entries)


def _one(registry: Registry, entry: Entry) -> Survey:
    deadline = Deadline(registry.limits.total_seconds)
    pinned = _look(registry, entry, entry.image.digest, deadline)
    if isinstance(pinned, RegistryError) and pinned.retry:
        # The registry as a whole does not answer, and it was asked often enough.
        return Survey(entry, pinned, pinned, pinned)
    try:
        tag: str | RegistryError = registry.resolve(entry.reference.tagged(), deadline)
    except RegistryError as error:
        return Survey(entry, pinned, error, error)
    if tag == entry.image.digest:
        return Survey(entry, pinned, tag, pinned)
    assert isinstance(tag, str)
    return Survey(entry, pinned, tag, _look(registry, entry, tag, deadline))


def _look(registry: Registry, entry: Entry, digest: str, deadline: Deadline) -> Look | RegistryError:
    try:
        return look(registry, entry.reference.at(digest), entry.image.architectures, deadline)
    except RegistryError as error:
        return error

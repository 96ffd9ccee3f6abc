"""What the plan says: one change for each path, and what stands in the way of the others."""

from __future__ import annotations

import enum
from typing import NamedTuple

from modelyard.findings import Finding


class Action(enum.StrEnum):
    """What happens to one path."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SAME = "same"


# Tuples and not frozen dataclasses: a run makes one per generated file, and they are built four times as
# fast.
class Change(NamedTuple):
    """``before`` is what the disk held when it was planned, ``after`` what it shall hold; None: no file."""

    path: str
    action: Action
    before: bytes | None
    after: bytes | None


class Plan(NamedTuple):
    """What ``apply`` will do. A path that a finding stands in the way of has no change.

    ``owned`` are the folders that hold generated files only. ``temporary`` are files that a killed run left
    in them, ``empty`` the folders in them that hold nothing: ``apply`` removes both, and neither counts as
    drift, since Git sees no empty folder.
    """

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    owned: tuple[str, ...] = ()
    temporary: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that write or delete something: the drift between the tree and what is wanted."""
        return tuple(change for change in self.changes if change.action is not Action.SAME)

    @property
    def has_work(self) -> bool:
        """Whether ``apply`` would touch the disk at all; without work no lock need be taken."""
        return bool(self.temporary or self.empty or self.pending)

"""What every stage reports: a located statement of what is wrong and how to mend it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.StrEnum):
    """How much a finding weighs: an error fails the command, a warning and a note never do."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file of the repository.

    ``path`` is relative to the repository's root, with ``/``. ``line`` and ``column`` count from 1,
    columns in code points. ``length`` is how many code points of that line are meant (at least 1).
    """

    path: str
    line: int = 1
    column: int = 1
    length: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. ``rule`` is its stable kebab-case id; ``hint`` says what mends it."""

    rule: str
    location: Location
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order of reports: by file, then place, then rule."""
        where = self.location
        return (where.path, where.line, where.column, self.rule, self.message)

"""One thing that the gate found: a finding, with what waivers and code scanners need to name it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from modelyard.findings import Location


class Level(enum.IntEnum):
    """How bad it is, worst last so that levels compare. What blocks is said by policy/gate.yaml."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """As people write it: ``critical``."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Level:
        """The level of a word in any case. Raises ValueError for any other word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is no level: low, medium, high or critical") from None


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What a rule is, for those who read a report: of ours, or of a scanner as far as it says so."""

    id: str
    tool: str
    level: Level
    summary: str
    why: str = ""
    fix: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Detection:
    """One thing at one place.

    ``rule`` is our kebab-case id, or a scanner's own id as it spells it; ``tool`` is ``modelyard`` or the
    scanner's name. ``resource`` is the address of the thing inside the file, ``Deployment/iris
    container/server``; empty for the file itself. ``evidence`` is what makes it this very detection and
    no other at the same place (an image digest, the fingerprint of a secret, an instruction's text), and
    never a secret itself. ``model`` is whose it is, or empty. ``waiver`` is the ticket of the waiver that
    covers it, or empty.
    """

    rule: str
    tool: str
    level: Level
    location: Location
    message: str
    hint: str = ""
    resource: str = ""
    evidence: str = ""
    model: str = ""
    waiver: str = ""

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that name it across runs and edits elsewhere in the file.

        Of tool, rule, file, resource and evidence: neither the line nor the words of the message count.
        """
        import hashlib

        parts = (self.tool, self.rule, self.location.path, self.resource, self.evidence)
        # Each part with its length, so that no two lists of parts make one text.
        text = "".join(f"{len(part)}:{part}," for part in parts)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def waived(self, ticket: str) -> Detection:
        """The same detection, covered by the waiver of this ticket."""
        return replace(self, waiver=ticket)

    def sort_key(self) -> tuple[object, ...]:
        """Order of reports: by model, worst first, then by file and place; no two of them are equal."""
        where = self.location
        place = (where.path, where.line, where.column, where.length)
        return (
            self.model,
            -self.level,
            *place,
            self.rule,
            self.resource,
            self.tool,
            self.evidence,
            self.message,
            self.hint,
        )

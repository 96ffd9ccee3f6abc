"""Durations such as ``90s``, ``5m`` or ``1h30m``, as whole seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from modelyard.values.malformed import MalformedError

_YEAR = 366 * 86400
_PATTERN = re.compile(r"(?=\d)(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?", re.ASCII)


@dataclass(frozen=True, order=True)
class Duration:
    """A length of time in seconds."""

    seconds: int
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^(?=\d)(\d{1,4}d)?(\d{1,5}h)?(\d{1,6}m)?(\d{1,8}s)?$",
    }
    accepts_numbers: ClassVar[bool] = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Days, hours, minutes, seconds in that order, a year at most; raises MalformedError."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise MalformedError(f'"{text[:80]}" is not a duration', 'write "90s", "5m" or "1h30m"')
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        if total > _YEAR:
            raise MalformedError(
                f"{text} is longer than a year", "nothing here lasts that long: check the unit"
            )
        return cls(total)

    def __bool__(self) -> bool:
        return self.seconds != 0

    def __str__(self) -> str:
        rest, parts = self.seconds, []
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
            count, rest = divmod(rest, size)
            if count:
                parts.append(f"{count}{unit}")
        return "".join(parts) or "0s"

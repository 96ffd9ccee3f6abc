"""Five-field cron expressions, as Kubernetes takes them, and their EventBridge spelling.

Kubernetes: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax.
EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html: six
fields, one of day-of-month and day-of-week must be ``?``, and Sunday is 1 where cron says 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from modelyard.values.malformed import MalformedError

_BOUNDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 6))
_ITEM = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", re.ASCII)
_HINT = 'write five fields "minute hour day-of-month month day-of-week", for example "30 2 * * *"'


def _check(field: str, name: str, low: int, high: int) -> None:
    for item in field.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise MalformedError(f'"{item}" is not a {name} of a schedule', _HINT)
        first, last, step = match.groups()
        for number in (first, last):
            if number is not None and not low <= int(number) <= high:
                raise MalformedError(f"{name} {number} is not between {low} and {high}", _HINT)
        if last is not None and int(last) < int(first):
            raise MalformedError(f"{name} range {item} runs backwards", _HINT)
        if step is not None and int(step) == 0:
            raise MalformedError(f"{name} step 0 never fires", _HINT)


@dataclass(frozen=True)
class Cron:
    """A schedule; ``fields`` are minute, hour, day of month, month, day of week."""

    fields: tuple[str, str, str, str, str]
    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": r"^[\d*,/-]+( [\d*,/-]+){4}$"}
    accepts_numbers: ClassVar[bool] = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MalformedError, also where day of month and day of week are both given.

        Cron joins the two with "or"; EventBridge cannot say that, so no manifest may.
        """
        parts = tuple(text.split(" "))
        if len(parts) != 5:
            raise MalformedError(f'"{text[:80]}" is not a schedule', _HINT)
        for field, (name, low, high) in zip(parts, _BOUNDS, strict=True):
            _check(field, name, low, high)
        minute, hour, day, month, weekday = parts
        if day != "*" and weekday != "*":
            raise MalformedError(
                "day of month and day of week are both restricted, which EventBridge cannot express",
                "leave one of them *; use two jobs for two schedules",
            )
        return cls((minute, hour, day, month, weekday))

    def __str__(self) -> str:
        return " ".join(self.fields)

    @property
    def eventbridge(self) -> str:
        """``cron(minute hour day month weekday year)`` with EventBridge's weekdays 1 to 7."""
        minute, hour, day, month, weekday = self.fields
        if weekday == "*":
            return f"cron({minute} {hour} {day} {month} ? *)"
        shifted = re.sub(r"(?<![/\d])\d", lambda match: str(int(match[0]) + 1), weekday)
        return f"cron({minute} {hour} ? {month} {shifted} *)"

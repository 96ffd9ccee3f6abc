"""Five-field cron expressions, as Kubernetes takes them, and their EventBridge spelling.

Kubernetes: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax.
EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html: six
fields, one of day-of-month and day-of-week must be ``?``, Sunday is 1 where cron says 0, and the
day of week knows no steps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from modelyard.values.malformed import MalformedError

_BOUNDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 6),
)
_ITEM = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", re.ASCII)
_HINT = 'write five fields "minute hour day-of-month month day-of-week", for example "30 2 * * *"'
_MAX = 256


def _check(field: str, name: str, low: int, high: int) -> None:
    for item in field.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise MalformedError(f'"{item[:80]}" is not a {name} of a schedule', _HINT)
        first, last, step = match.groups()
        for number in (first, last):
            if number is not None and not low <= int(number) <= high:
                raise MalformedError(f"{name} {number} is not between {low} and {high}", _HINT)
        if last is not None and int(last) < int(first):
            raise MalformedError(f"{name} range {item} runs backwards", _HINT)
        if step is not None and int(step) == 0:
            raise MalformedError(f"{name} step 0 never fires", _HINT)


def _meant(field: str, low: int, high: int) -> list[int]:
    """Every number that a field stands for, sorted. A step after one number runs to the end: ``5/20``."""
    numbers: set[int] = set()
    for item in field.split(","):
        match = _ITEM.fullmatch(item)
        assert match is not None
        first, last, step = match.groups()
        begin = low if first is None else int(first)
        end = int(last) if last is not None else begin if first is not None and step is None else high
        numbers.update(range(begin, end + 1, int(step or 1)))
    return sorted(numbers)


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
        if len(parts) != 5 or len(text) > _MAX:
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
        minute, hour, day, month = (
            _spelt(field, low, high) for field, (_, low, high) in zip(self.fields, _BOUNDS[:4], strict=False)
        )
        weekday = self.fields[4]
        if weekday == "*":
            return f"cron({minute} {hour} {day} {month} ? *)"
        return f"cron({minute} {hour} ? {month} {_weekdays(weekday)} *)"


def _spelt(field: str, low: int, high: int) -> str:
    """A field as EventBridge documents it: ``*``, numbers and ranges, ``first/step``, or a plain list."""
    if "/" not in field:
        return field
    first, _, step = field.partition("/")
    if first == "*" and step.isdigit() and int(step) <= high - low:
        return f"{low}/{int(step)}"
    return ",".join(map(str, _meant(field, low, high)))


def _weekdays(field: str) -> str:
    if "/" in field or "*" in field:
        return ",".join(str(number + 1) for number in _meant(field, 0, 6))
    return re.sub(r"\d+", lambda match: str(int(match[0]) + 1), field)

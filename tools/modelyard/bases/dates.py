"""When an image was made, as registries tell it."""

from __future__ import annotations

import datetime
import re

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d{1,30})?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
# Docker's first release. What says to be older was made reproducible: by a zero date (0001), the Unix
# epoch (1970), the ZIP epoch (1980) or the like, and nobody knows its age.
_FIRST = datetime.datetime(2013, 3, 20, tzinfo=datetime.UTC)


def instant(text: str) -> datetime.datetime | None:
    """A date and time of RFC 3339 as a UTC instant in whole seconds, or None where the text is none."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    try:
        # 60 is a leap second, which Python has no place for.
        local = datetime.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=datetime.UTC)
        offset = datetime.timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0))
        return local + offset if match[7] == "-" else local - offset
    except (ValueError, OverflowError):
        return None


def made(text: str) -> datetime.datetime | None:
    """When an image was made, where its date can be one: None for dates that stand for "unknown"."""
    moment = instant(text)
    return None if moment is None or moment < _FIRST else moment


def day(text: str) -> datetime.date | None:
    """A date of the catalogue; None for ``unknown`` and for a day that no calendar has."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def age_in_days(moment: datetime.datetime, now: datetime.datetime) -> int:
    """Whole days from ``moment`` to ``now``; negative where it lies ahead."""
    return (now - moment) // datetime.timedelta(days=1)

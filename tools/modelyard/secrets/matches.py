"""From what a pattern found to a hit, if its value can be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from modelyard.secrets import values
from modelyard.secrets.hit import Hit, hit_of

Region = tuple[int, int]
RANK = 2  # more than a name promises, less than a vendor's own shape does


def plain(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[Hit]:
    """Every match, whatever its value: the pattern says enough."""
    group = "value" if "value" in pattern.groupindex else 0
    for found in pattern.finditer(text):
        yield hit_of(kind, found[group], found.start(group), rank=RANK)


def judged(kind: str, pattern: re.Pattern[str], text: str, regions: Iterable[Region]) -> Iterator[Hit]:
    """Every match in the regions whose value is a literal and no placeholder."""
    for start, end in regions:
        for found in pattern.finditer(text, start, end):
            yield from believed(kind, found)


def around(text: str, words: Iterable[str], before: int, after: int) -> list[Region]:
    """The parts of a text within so many characters of any of the words, in order and apart.

    To look for a pattern there alone is many times faster than in the whole of a text.
    """
    found: list[Region] = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            found.append((max(0, at - before), min(len(text), at + len(word) + after)))
            at = text.find(word, at + 1)
    merged: list[Region] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def believed(kind: str, found: re.Match[str]) -> Iterator[Hit]:
    """The hit of one match, if its value is a literal and no placeholder."""
    value = found["value"].strip("'\"")
    if len(value) < 3 or values.is_variable(value) or values.is_placeholder(value):
        return
    if values.is_place(value) or values.is_code(value):
        return
    yield hit_of(kind, value, found.start("value") + found["value"].find(value), rank=RANK)

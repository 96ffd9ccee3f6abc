"""Finds credentials that tell by their own text what they are."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from modelyard.secrets.hit import Hit, hit_of
from modelyard.secrets.shapes import Shape, all_shapes
from modelyard.secrets.values import is_monotonous

# Text without a break that is long enough for a credential. Possessive, so that no text makes it slow.
_RUN = re.compile(r"(?<![0-9A-Za-z_.+/=~%$|@:&?;#*!\\-])[0-9A-Za-z_.+/=~%$|@:&?;#*!\\-]{12,}+")
_DIGEST_RUN = re.compile(r"(?:sha(?:1|256|384|512)[:-])?[0-9a-f]{32,128}|sha512-[0-9A-Za-z+/]{86}==;?")
_FAKE = re.compile(
    r"(?i)x{6,}|\*{4,}|\.{4}|_{4}|example|redacted|placeholder|your[_-]|changeme|abcdefghijklm|0{12}|1{12}|fake"
)
_MOCK = re.compile(r"(?i)x{12,}|\*{4,}|\.{4}|_{4}|example|redacted|placeholder|your[_-]|changeme|fake")
_BREAK = re.compile(r"[\s\"'\\]")
_LONG = 30  # characters of text without a break: no shape with something before its anchor is shorter
_RANK = 3


class _Pattern:
    """A shape, compiled when it is first needed: few of them ever are."""

    __slots__ = ("_compiled", "shape")

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._compiled: re.Pattern[str] | None = None

    def matcher(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(f"(?:{self.shape.pattern})(?![0-9A-Za-z#])")
        return self._compiled


class _Tables(NamedTuple):
    """Shapes by where to look for them."""

    begin: re.Pattern[str]  # the first two characters of those in ``starts``
    starts: dict[str, list[tuple[str, _Pattern]]]
    inner: list[tuple[str, _Pattern]]  # known by a text inside of them, without a break around it
    wide: list[tuple[str, _Pattern]]  # may have white space or quotes in them


@functools.lru_cache(maxsize=1)
def _tables() -> _Tables:
    starts: dict[str, list[tuple[str, _Pattern]]] = {}
    inner: list[tuple[str, _Pattern]] = []
    wide: list[tuple[str, _Pattern]] = []
    for shape in all_shapes():
        pattern = _Pattern(shape)
        for anchor in shape.anchors:
            if shape.wide or _BREAK.search(anchor):
                wide.append((anchor, pattern))
            elif shape.lead or not anchor[0].isalnum():
                inner.append((anchor, pattern))
            else:
                starts.setdefault(anchor[:2], []).append((anchor, pattern))
    begin = re.compile("(?<![0-9A-Za-z])(?:" + "|".join(_pairs(starts)) + ")")
    return _Tables(begin, starts, inner, wide)


def _pairs(starts: Iterable[str]) -> Iterator[str]:
    """A pattern for each first character with the second ones that follow it."""
    seconds: dict[str, str] = {}
    for pair in starts:
        seconds[pair[0]] = seconds.get(pair[0], "") + re.escape(pair[1])
    return (f"{first}[{second}]" for first, second in sorted(seconds.items()))


def vendor_hits(text: str) -> Iterator[Hit]:
    """Every credential of a known shape in the text, in no order; several may be about the same place."""
    tables = _tables()
    long_runs = []
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start >= _LONG:
            if _DIGEST_RUN.fullmatch(text, start, end):
                continue
            long_runs.append(run[0])
        for begin in tables.begin.finditer(text, start, end):
            at = begin.start()
            for anchor, pattern in tables.starts[begin[0]]:
                if text.startswith(anchor, at):
                    yield from _believed(pattern.shape, pattern.matcher().match(text, at), anchor)
    joined = "\n".join(long_runs)
    for anchor, pattern in tables.inner:
        if anchor in joined:
            yield from _around(text, anchor, pattern)
    for anchor, pattern in tables.wide:
        if anchor in text:
            yield from _around(text, anchor, pattern)


def _around(text: str, anchor: str, pattern: _Pattern) -> Iterator[Hit]:
    at, done = text.find(anchor), -1
    while at >= 0:
        start = max(0, at - pattern.shape.lead, done)
        found = pattern.matcher().search(text, start, at + 2500)
        # What begins behind the anchor is found when its own anchor is reached.
        if found is not None and found.start() <= at and _is_start(text, found.start()):
            yield from _believed(pattern.shape, found, anchor)
            done = found.end()
        at = text.find(anchor, max(at + 1, done))


def _is_start(text: str, at: int) -> bool:
    return at == 0 or not (text[at - 1].isalnum() and text[at].isalnum())


def _believed(shape: Shape, found: re.Match[str] | None, anchor: str) -> Iterator[Hit]:
    if found is None:
        return
    group = "value" if "value" in found.re.groupindex and found["value"] is not None else 0
    value = found[group]
    if shape.loose:
        if _MOCK.search(value):
            return
    elif _FAKE.search(value) or is_monotonous(value.removeprefix(anchor)) or _is_template(value):
        return
    prefix = anchor if value.startswith(anchor) and shape.lead == 0 else ""
    yield hit_of(shape.kind, value, found.start(group), prefix=prefix, rank=_RANK)


def _is_template(value: str) -> bool:
    return value.startswith(("$", "{", "%", "<")) or "${" in value

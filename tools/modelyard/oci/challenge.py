"""``WWW-Authenticate``: how a registry says what it wants to know. RFC 9110, section 11.6.1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_LONGEST = 8192
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))")
_QUOTED = re.compile(r'"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t\x20-\x7e\x80-\xff])*)"')
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_GAP = re.compile(r"[ \t,]*")
_SPACE = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Challenge:
    """One way to authenticate: its scheme and its parameters, names in lower case."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def parse_challenges(text: str) -> tuple[Challenge, ...]:
    """All challenges of a header, in order. Raises ValueError where it is none; never takes long."""
    if len(text) > _LONGEST:
        raise ValueError("the header is too long")
    found = []
    position = _after(_GAP, text, 0)
    while position < len(text):
        scheme, position = _take(_TOKEN, text, position)
        parameters, position = _parameters(text, position)
        found.append(Challenge(scheme.lower(), parameters))
        position = _after(_GAP, text, position)
    return tuple(found)


def _parameters(text: str, position: int) -> tuple[dict[str, str], int]:
    """The parameters of one challenge; the next token that no ``=`` follows begins another challenge."""
    parameters: dict[str, str] = {}
    space = _SPACE.match(text, position)
    if space is None:
        if text[position : position + 1] not in ("", ","):
            raise ValueError("a scheme ends where no space is")
        return parameters, position
    single = _TOKEN68.match(text, space.end())
    if single is not None:
        return parameters, single.end()
    while True:
        start = _after(_GAP, text, position)
        name = _TOKEN.match(text, start)
        equals = _EQUALS.match(text, name.end()) if name is not None else None
        if name is None or equals is None:
            return parameters, position
        value, position = _value(text, equals.end())
        if parameters.setdefault(name.group().lower(), value) != value:
            raise ValueError(f"two values of {name.group()}")
        rest = _after(_SPACE, text, position)
        if text[rest : rest + 1] not in ("", ","):
            raise ValueError("a comma is missing")


def _value(text: str, position: int) -> tuple[str, int]:
    quoted = _QUOTED.match(text, position)
    if quoted is not None:
        return re.sub(r"\\(.)", r"\1", quoted.group(1)), quoted.end()
    return _take(_TOKEN, text, position)


def _take(pattern: re.Pattern[str], text: str, position: int) -> tuple[str, int]:
    match = pattern.match(text, position)
    if match is None:
        raise ValueError(f"not a challenge at character {position + 1}")
    return match.group(), match.end()


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return position if match is None else match.end()

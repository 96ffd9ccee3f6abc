"""Media types: which one a body is, and which one the caller wants back (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re

JSON = "application/json"
CSV = "text/csv"
NPY = "application/x-npy"
TEXT = "text/plain"
OCTETS = "application/octet-stream"

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a token of HTTP's grammar
_TYPE = re.compile(rf"({_TOKEN})/({_TOKEN})")
_CHARSET = re.compile(r'charset\s*=\s*"?([^";,\s]+)', re.IGNORECASE)
_Q = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)\s*", re.IGNORECASE)


def content_type(header: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type header, in lower case; `("", "")` where it is not one."""
    found = _TYPE.match(header.strip())
    if found is None:
        return "", ""
    rest = header.strip()[found.end() :].lstrip()
    if rest and not rest.startswith(";"):
        return "", ""
    charset = _CHARSET.search(rest)
    return found[0].lower(), charset[1].lower() if charset else ""


def negotiate(accept: str, offered: tuple[str, ...], default: str) -> str | None:
    """The media type to answer with, or None if the caller takes nothing of `offered`.

    Highest quality wins; then what the caller named most closely; then `default`; then the caller's order.
    With `offered` empty anything can be written: the types that the caller names, and `default` for a
    wildcard.
    """
    ranges = _ranges(accept)
    if not ranges:
        return default if not offered or default in offered else offered[0]
    candidates = list(offered) or [name for name, _ in ranges if "*" not in name]
    if not offered and default not in candidates:
        candidates.append(default)
    best: tuple[float, int, bool, int] | None = None
    chosen = None
    for media in candidates:
        quality, closeness, place = _quality(media, ranges)
        rank = (quality, closeness, media == default, -place)
        if quality > 0 and (best is None or rank > best):
            best, chosen = rank, media
    return chosen


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Media ranges with their quality, in the caller's order. What cannot be read is left out."""
    ranges = []
    for entry in accept.split(",")[:64]:
        name, *parameters = entry.split(";")
        name = name.strip().lower()
        if _TYPE.fullmatch(name) is None:
            continue
        qualities = [found[1] for text in parameters if (found := _Q.fullmatch(text.strip()))]
        ranges.append((name, min(1.0, float(qualities[0])) if qualities else 1.0))
    return ranges


def _quality(media: str, ranges: list[tuple[str, float]]) -> tuple[float, int, int]:
    """Quality, closeness (2 named, 1 `type/*`, 0 `*/*`) and place of the closest range; quality 0 if none
    fits.
    """
    wildcard = media.partition("/")[0] + "/*"
    found = (0.0, -1, 0)
    for place, (name, quality) in enumerate(ranges):
        closeness = 2 if name == media else 1 if name == wildcard else 0 if name == "*/*" else -1
        if closeness > found[1]:
            found = (quality, closeness, place)
    return found

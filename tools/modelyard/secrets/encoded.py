"""Looks into base64: a secret in other letters is a secret still."""

from __future__ import annotations

import base64
import binascii
import re

_RUN = re.compile(
    r"(?<![0-9A-Za-z+/=_-])(?:[0-9A-Za-z+/]{24,}+|[0-9A-Za-z_-]{24,}+)={0,2}(?![0-9A-Za-z+/_-])"
)
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
_PRINTABLE = re.compile(r"[\t\n\r -~]*")
LIMIT = 262_144  # characters of one run that are looked into


def decoded_runs(text: str) -> list[tuple[int, int, str]]:
    """Each stretch of the text that is base64 of readable text: start, end, and what it says."""
    found = []
    for run in _RUN.finditer(text):
        value = run[0]
        if len(value) > LIMIT or _HEXADECIMAL.fullmatch(value):
            continue
        plain = decode(value)
        if plain is not None:
            found.append((run.start(), run.end(), plain))
    return found


def decode(value: str) -> str | None:
    """What base64 text says, where that is readable text; else None. Line breaks inside are allowed."""
    packed = "".join(value.split())
    if len(packed) < 4 or len(packed) % 4 == 1:
        return None
    # The first characters already tell of nearly all that is no text, at a fraction of the cost.
    if _plain(packed[:12].rstrip("=")) is None:
        return None
    return _plain(packed.rstrip("="))


def _plain(packed: str) -> str | None:
    padded = packed.replace("-", "+").replace("_", "/") + "=" * (-len(packed) % 4)
    try:
        text = base64.b64decode(padded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return text if _PRINTABLE.fullmatch(text) else None

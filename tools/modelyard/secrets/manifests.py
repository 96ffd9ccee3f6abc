"""Finds the values of Kubernetes Secrets in text that need not be well-formed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.secrets import values
from modelyard.secrets.encoded import decode
from modelyard.secrets.hit import Hit, hit_of

_KIND = re.compile(r"(?im)^[ \t\"']{0,40}kind[\"']?:[ \t]{0,4}[\"']?secret[\"']?,?[ \t\r]{0,4}$")
_SECTION = re.compile(r"(?m)^(?P<indent>[ \t]{0,40})[\"']?(?P<section>data|stringData)[\"']?:[ \t{]{0,4}\r?$")
_ENTRY = re.compile(
    r"\n(?P<indent>[ \t]{0,60})(?:#[^\n]{0,400}|[\"']?(?P<name>[\w./-]{1,100})[\"']?:[ \t]{0,8}(?:["
    r"|>][+-]?[0-9]?[ \t]{0,4}\r?\n[ \t]{1,60})?(?P<value>[^\n]{0,20000}))?(?=\n|\Z)"
)
_DOCUMENT = re.compile(r"(?m)^---[ \t]*\r?$")


def manifest_hits(text: str) -> Iterator[Hit]:
    """Each value of a Secret that somebody committed, however harmless it looks."""
    start = 0
    ends = [found.start() for found in _DOCUMENT.finditer(text)] + [len(text)]
    for end in ends:
        document = text[start:end]
        if _KIND.search(document):
            for section in _SECTION.finditer(document):
                yield from _entries(document, section, start)
        start = end


def _entries(document: str, section: re.Match[str], offset: int) -> Iterator[Hit]:
    at = section.end()
    encoded = section["section"] == "data"
    while at < len(document):
        entry = _ENTRY.match(document, at)
        if entry is None or (
            entry["name"]
            and len(entry["indent"]) <= len(section["indent"])
            and entry["indent"] == section["indent"]
        ):
            return
        at = entry.end()
        if entry["name"]:
            value = entry["value"].partition(" #")[0].strip().strip("\"',")
            said = (decode(value) or value) if encoded else value
            if is_secret_data(value, encoded=encoded) and not values.is_placeholder(said):
                yield hit_of(
                    "kubernetes-secret",
                    value,
                    offset + entry.start("value") + entry["value"].find(value),
                    rank=1,
                )


def is_secret_data(value: str, *, encoded: bool) -> bool:
    """Whether a value of a Secret's ``data`` (``encoded``) or ``stringData`` is there and no template."""
    if not value or values.is_reference(value) or "{{" in value or "ENC[" in value or "${" in value:
        return False
    if not encoded:
        return len(value) >= 3
    plain = decode(value)
    if plain is None:
        return len(value) >= 10
    return len(plain) > 4 and not values.is_reference(plain.strip())

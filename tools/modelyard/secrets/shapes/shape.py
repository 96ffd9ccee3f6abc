"""What a shape is: how a kind of credential is recognised by its text alone."""

from __future__ import annotations

from typing import NamedTuple

# Alphabets that many vendors use, as the inside of a character class.
ALNUM = "[0-9A-Za-z]"
WORD = "[0-9A-Za-z_-]"
BASE64 = "[0-9A-Za-z+/]"
HEX = "[0-9a-f]"
UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


class Shape(NamedTuple):
    """A kind of credential that is known by a literal text in it.

    ``anchors`` are literal texts of which one is in every such credential, as it is written: they are what
    is searched for first, so that the pattern is tried only where it can match. ``pattern`` matches the
    whole credential; a group named ``value`` in it, where there is one, is the secret part. ``lead`` is how
    many characters can come before the anchor at most. ``loose`` is true where the anchor says so much
    that even a value without any variety is believed. ``wide`` is true where white space or quotes can
    stand inside of what the pattern matches.
    """

    kind: str
    anchors: tuple[str, ...]
    pattern: str
    lead: int = 0
    loose: bool = False
    wide: bool = False

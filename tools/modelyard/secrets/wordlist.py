"""Lists of words, written as text."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, which white space of any kind parts."""
    return frozenset(text.split())

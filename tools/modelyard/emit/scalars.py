"""How one scalar is spelled in YAML, so that a YAML 1.1 and a YAML 1.2 reader see the same value.

A string is left plain only where no reader can take it for anything else. The Norway problem (``no``),
base 60 (``12:30``), octal account ids, dates, ``1e3``: in doubt it is quoted.
Facts: yaml.org/spec/1.2.2 (chapters 5, 7 and 10.3) and yaml.org/type (the scalars of 1.1).
"""

from __future__ import annotations

import re

from modelyard.emit.plain import MAX_INTEGER, MIN_INTEGER, Unplain, exact_scalar

# Never written raw, but for the newlines of a block: what YAML cannot hold, what some reader takes for a
# line break, and what a person who reviews the file cannot see (bidi controls, zero width, fillers, odd
# spaces, variation selectors, private use). A fixed list: the answer of ``str.isprintable`` depends on the
# Unicode version of the Python that runs.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001fffe\U0001ffff\U0002fffe\U0002ffff"
    "\U0003fffe-\U0010ffff]"
)
_PLAIN = re.compile(
    r"(?!-?[eE][-+0-9_]*\Z)"  # e1: a float without its digits, to some readers of 1.1
    r"(?:[A-Za-z/$]"
    r"|--?[A-Za-z]"  # a flag
    r"|\.\.?/"  # a relative path
    r"|[0-9_](?=.*[G-NP-SU-WYg-np-su-wy/%*()$@=])"  # one character that no number and no date has: 4Gi, 80%
    r"|[^\x00-\x7f])"
    r"(?:[^\x00-\x20:\\\"`\[\]{}\x7f]|:(?! |\Z)| (?![ :#]|\Z))*"
)
_WORDS = frozenset(
    {"y", "yes", "n", "no", "on", "off", "true", "false", "null"}
    | {"nan", "-nan", "inf", "-inf", "infinity", "-infinity"}
)
_SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}

# The same few hundred words (``apiVersion``, ``app.kubernetes.io/name``, ``100m``) make up nearly all
# output: remembering how they are spelled makes the emitter nearly three times as fast. Emptied when full.
KNOWN: dict[str, str] = {}
_KNOWN_LIMIT = 4096
_KNOWN_LENGTH = 64


def line_text(text: str) -> str:
    """``text`` on one line: plain where that is surely a string, else in double quotes."""
    if _is_plain(text):
        spelled = text
    else:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        spelled = f'"{_UNSEEN.sub(_escape, escaped)}"'
    if len(text) <= _KNOWN_LENGTH:
        if len(KNOWN) >= _KNOWN_LIMIT:
            KNOWN.clear()
        KNOWN[text] = spelled
    return spelled


def string_text(text: str, indent: str) -> str:
    """``text`` as a value: a literal block where that is exact, else one line.

    ``indent`` is the newline and the spaces that every line of a block starts with.
    """
    if "\n" not in text or not _fits_literal(text):
        return line_text(text)
    body, chomp = (text[:-1], "|") if text[-1] == "\n" else (text, "|-")
    # Blank lines stay bare, so that no editor or hook that trims trailing spaces can touch the value.
    return chomp + "".join(indent + line if line else "\n" for line in body.split("\n"))


def atom_text(value: object, indent: str) -> str:
    """A value that is neither an exact str nor a filled dict or list. Raises ``Unplain`` for odd ones."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    kind = type(value)
    if kind is int:
        if MIN_INTEGER <= value <= MAX_INTEGER:  # type: ignore[operator]
            return str(value)
        raise Unplain
    if kind is float:
        return _float_text(value)  # type: ignore[arg-type]
    if kind is dict:
        return "{}"
    if kind is list:
        return "[]"
    exact = exact_scalar(value)
    return string_text(exact, indent) if isinstance(exact, str) else atom_text(exact, indent)


def _is_plain(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and text.lower() not in _WORDS
        and (text.isascii() or _UNSEEN.search(text) is None)
    )


def _fits_literal(text: str) -> bool:
    """Whether a literal block keeps every character: no unseen ones, no spaces at the end of a line, none
    at the start (it would need an indentation indicator), at most one newline at the end (a file that
    ends in blank lines is "mended" by common hooks)."""
    return (
        text[0] not in " \n"
        and text[-1] != " "
        and not text.endswith("\n\n")
        and " \n" not in text
        and _UNSEEN.search(text.replace("\n", "")) is None
    )


def _float_text(value: float) -> str:
    if value - value != 0.0:  # infinite or not a number
        raise Unplain
    text = repr(value)
    # YAML 1.1 wants a dot: it reads 1e+20 as a string.
    return text if "." in text else text.replace("e", ".0e")


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        raise Unplain
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"

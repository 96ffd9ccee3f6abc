"""The words of a Dockerfile's arguments: quotes, escapes, variables and pairs.

docs.docker.com, "Dockerfile reference", on environment replacement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

name_form = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!-]")
space = re.compile(r"[ \t\v\f\r\n]+")
blanks = " \t\v\f\r\n"
deepest = 20  # variables in the defaults of variables; nobody writes three


def split_words(text: str, escape: str = "\\") -> list[str]:
    """The words of ``text``, quotes and escapes kept as they are."""
    if "'" not in text and '"' not in text and escape not in text:
        return space.split(text.strip(blanks)) if text.strip(blanks) else []
    words: list[str] = []
    start = -1
    quote = ""
    at = 0
    while at < len(text):
        character = text[at]
        if start < 0:
            if character in blanks:
                at += 1
                continue
            start = at
        if character == escape and quote != "'":
            at += 1
        elif quote:
            if character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character in blanks:
            words.append(text[start:at])
            start = -1
        at += 1
    if start >= 0:
        words.append(text[start:])
    return words


def is_closed(text: str, escape: str = "\\") -> bool:
    """Whether every quote and every ``${`` of ``text`` is closed."""
    quote = ""
    at = 0
    while at < len(text):
        character = text[at]
        if character == escape and quote != "'":
            at += 1
        elif character in "'\"" and (not quote or quote == character):
            quote = "" if quote else character
        elif character == "$" and quote != "'" and text[at + 1 : at + 2] == "{":
            at = closing(text, at + 2, escape)
            if at < 0:
                return False
        at += 1
    return not quote


def unquote(word: str, escape: str = "\\") -> str:
    """A word without its quotes and escapes."""
    if "'" not in word and '"' not in word and escape not in word:
        return word
    pieces: list[str] = []
    quote = ""
    at = 0
    while at < len(word):
        character = word[at]
        if character == escape and quote != "'" and at + 1 < len(word):
            following = word[at + 1]
            # In double quotes an escape means something before these only.
            pieces.append(following if not quote or following in f'"${escape}' else character + following)
            at += 2
            continue
        if character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        else:
            pieces.append(character)
        at += 1
    return "".join(pieces)


def pairs(arguments: str, escape: str = "\\") -> list[tuple[str, str | None]]:
    """The names and values of ENV, LABEL or ARG; values are not yet expanded and keep their quotes.

    The old form ``ENV name some value`` is one pair. A value is None where there is none (``ARG NAME``).
    """
    words = split_words(arguments, escape)
    if words and "=" not in words[0]:
        name, *rest = space.split(arguments.strip(blanks), maxsplit=1)
        if rest:
            return [(name, rest[0])]
    found: list[tuple[str, str | None]] = []
    for word in words:
        name, equals, value = word.partition("=")
        found.append((unquote(name, escape), value if equals else None))
    return found


def expand(
    text: str, values: Mapping[str, str | None], escape: str = "\\", depth: int = 0
) -> tuple[str, bool]:
    """``text`` with its variables filled in, quotes kept, and whether all of them were known.

    A name that ``values`` lacks or holds None for stays as it is written, unless the text itself says what to
    take then (``${NAME:-default}``, ``${NAME:+other}``).
    """
    if "$" not in text:
        return text, True
    pieces: list[str] = []
    known = True
    quote = ""
    at = 0
    while at < len(text):
        character = text[at]
        if character == escape and quote != "'":
            pieces.append(text[at : at + 2])
            at += 2
            continue
        if character == "$" and quote != "'":
            value, end = variable(text, at, values, escape, depth)
            known = known and value is not None
            pieces.append(text[at:end] if value is None else value)
            at = end
            continue
        if character in "'\"" and (not quote or quote == character):
            quote = "" if quote else character
        pieces.append(character)
        at += 1
    return "".join(pieces), known


def variable(
    text: str, at: int, values: Mapping[str, str | None], escape: str, depth: int
) -> tuple[str | None, int]:
    """The value of the variable that starts at ``text[at]``, None where it is not known, and its end."""
    if text[at + 1 : at + 2] != "{":
        match = name_form.match(text, at + 1)
        return ("$", at + 1) if match is None else (values.get(match.group()), match.end())
    end = closing(text, at + 2, escape)
    match = name_form.match(text, at + 2)
    if match is None or end < 0 or depth > deepest:
        return None, len(text) if end < 0 else end + 1
    value = values.get(match.group())
    rest = text[match.end() : end]
    if not rest:
        return value, end + 1
    operator = rest[:2] if rest[0] == ":" else rest[0]
    present = value is not None and (value != "" or operator[0] != ":")
    word, known = expand(rest[len(operator) :], values, escape, depth + 1)
    if operator in (":-", "-"):
        return (value if present else word if known else None), end + 1
    if operator in (":+", "+"):
        return ((word if known else None) if present else ""), end + 1
    return (value if present and operator in (":?", "?") else None), end + 1


def closing(text: str, at: int, escape: str) -> int:
    """Where the brace is that closes the variable, or -1; also where it holds too many others."""
    depth = 1
    while at < len(text):
        if text[at] == escape:
            at += 1
        elif text[at] == "{":
            depth += 1
            if depth > deepest:
                return -1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1

"""A value or key with characters that a reader does not see.

The reader refuses the worst of them (overrides of direction, zero-width spaces, raw control characters), and
its findings fail the gate already: those are not said twice. Left are controls written as escapes, soft
hyphens, fillers and variation selectors. Files that are no documents the gate gives to the same function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.text._characters import suspicious
from modelyard.source.text import forbidden, invisible
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Whole

# What the reader reports in a value.
_VALUE = re.compile(f"[{invisible}]")
# What Python's repr writes for characters that it would not print.
_ESCAPES = ("\\x", "\\u", "\\U")


def check(whole: Whole, context: Context) -> Iterator[Problem]:
    """One problem for each value or key, with the first character in it."""
    data = whole.document.data
    # One pass in C over everything: nearly every document ends here.
    shown = repr(data)
    if shown.isascii() and not any(escape in shown for escape in _ESCAPES):
        return
    if isinstance(data, str):
        # A Dockerfile or CODEOWNERS: its data is its text, and its places are lines.
        yield from _of_lines(data)
        return
    for path, text, what in _texts(data, whole.path):
        for at, name in suspicious(text):
            if not _VALUE.match(text[at]):
                shown_path = "/".join(map(str, path))
                yield Problem(path, f"{name} as character {at + 1} of a {what}", f"{shown_path}: {name}")
                break


def _of_lines(text: str) -> Iterator[Problem]:
    import hashlib

    for number, line in enumerate(text.split("\n"), 1):
        for at, name in suspicious(line):
            if not forbidden.match(line[at]):
                # The line's own text names it, whatever is written above it.
                evidence = f"{name}: {hashlib.sha256(line.encode('utf-8', 'replace')).hexdigest()[:16]}"
                yield Problem((number,), f"{name} as character {at + 1} of the line", evidence)
                break


def _texts(data: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    if isinstance(data, str):
        yield path, data, "value"
    elif isinstance(data, dict):
        for key, value in data.items():
            here = (*path, key)
            yield here, key, "key"
            yield from _texts(value, here)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))


RULE = Rule(
    id="invisible-characters",
    level=Level.HIGH,
    summary="A text has characters that a reader does not see.",
    why="What is reviewed is not what is run: text can be hidden, or shown in another order than it is read.",
    fix="Type the value anew; where the character is meant, say why beside a waiver.",
    subject=Whole,
    check=check,
    source="https://www.unicode.org/reports/tr55/",
)

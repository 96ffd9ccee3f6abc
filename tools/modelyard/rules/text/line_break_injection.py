"""A line break where a manifest has one line: what comes after it would be a line of its own elsewhere.

The schema refuses most of these, and every template quotes. This is the third lock on the same door, and the
one that says what somebody was trying to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.subjects.document import Path
from modelyard.subjects.facts import ModelManifest

# What some reader takes for the end of a line, beside line feed.
_ODD = re.compile("\r(?!\n|$)|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BREAK = re.compile("[\n\r]")
# A line after a break that a Dockerfile, a workflow or a shell would carry out.
_INSTRUCTION = re.compile(
    r"[\n\r\x85\u2028\u2029][ \t]*(?:"
    r"(?:FROM|RUN|USER|ENV|ARG|ADD|COPY|ENTRYPOINT|CMD|LABEL|SHELL|VOLUME|EXPOSE|ONBUILD|HEALTHCHECK)[ \t]+\S"
    r"|(?:-[ \t]*)?(?:run|uses|permissions|env|if|image|privileged)[ \t]*:"
    r"|\$\{\{|#[ \t]*(?:syntax|escape)[ \t]*=)"
)
# Values that are texts: a program reads them, line breaks and all.
_TEXTS = frozenset({"env", "args", "command", "config", "values"})


def check(model: ModelManifest, context: Context) -> Iterator[Problem]:
    """In values that are one line any break; in texts those that look like an instruction, and odd breaks."""
    # One pass in C over everything: a manifest without any escape has no break in any value.
    if "\\" not in repr(model.manifest) and repr(model.manifest).isascii():
        return
    yield from _search(model.manifest, model.path, text=False)


def _search(value: Any, path: Path, *, text: bool) -> Iterator[Problem]:
    if isinstance(value, str):
        said = _said(value, text=text)
        if said:
            yield Problem(path, said, evidence="/".join(map(str, path)))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            here = (*path, key)
            if isinstance(key, str) and (_BREAK.search(key) or _ODD.search(key)):
                yield Problem(here, "a line break in a key", evidence="key")
            yield from _search(inner, here, text=text or key in _TEXTS)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _search(inner, (*path, index), text=text)


def _said(value: str, *, text: bool) -> str:
    if _INSTRUCTION.search(value):
        return "what follows the line break reads like an instruction of a Dockerfile or a workflow"
    if _ODD.search(value):
        return "a character that some readers take for a line break"
    # A block of YAML ends with a line feed, which is no second line.
    if not text and _BREAK.search(value.rstrip("\n")):
        return "a line break in a value that is one line"
    return ""


RULE = Rule(
    id="line-break-injection",
    level=Level.HIGH,
    summary="A value of a manifest has a line break that can become a line of another file.",
    why=(
        "In a Dockerfile or workflow the rest of the value would be an instruction that nobody "
        "reviewed as one."
    ),
    fix="Write the value on one line; text that needs lines belongs in a file of the image or in env.",
    subject=ModelManifest,
    check=check,
    source="https://cwe.mitre.org/data/definitions/93.html",
)

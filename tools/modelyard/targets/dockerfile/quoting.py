"""How a value is spelled in each context of a Dockerfile, so that none can say more than itself.

A filter gives ``Quoted``, and the template refuses to write anything else: a value that nobody quoted
is an error on the first render, not a hole. Contexts: docs.docker.com/reference/dockerfile.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
_PATH = re.compile(r"[A-Za-z0-9._+@/-]+", re.ASCII)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]*", re.ASCII)
# What ends a line, or makes it look like another one than it is.
_LINE_BREAKER = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


class Quoted(str):
    """Text that may stand in a Dockerfile as it is."""


def only_quoted(value: object) -> Quoted:
    """What the template writes of an expression; TypeError for a value that no filter has quoted."""
    if not isinstance(value, Quoted):
        raise TypeError(f"{value!r} reaches a Dockerfile unquoted")
    return value


def name(value: str) -> Quoted:
    """The name of a label. ValueError for anything but letters, digits and ``_.-``."""
    return _matching(_NAME, value)


def reference(value: str) -> Quoted:
    """An image reference. ValueError for what could be a flag, a variable or two words."""
    return _matching(_REFERENCE, value)


def number(value: int) -> Quoted:
    """A whole number, not negative."""
    if value < 0:
        raise ValueError(f"{value} is negative")
    return Quoted(int(value))


def quoted(value: str) -> Quoted:
    """The value of a label or variable: in double quotes, and without a variable to expand.

    ValueError where it cannot be written on one line.
    """
    if _LINE_BREAKER.search(value):
        raise ValueError(f"{value!a} holds a line break or a control character")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return Quoted(f'"{escaped}"')


def exec_form(values: Iterable[str]) -> Quoted:
    """A command in exec form. ASCII only, so that a reviewer sees every character."""
    return Quoted(json.dumps(list(values)))


def paths(values: Iterable[str]) -> Quoted:
    """Paths in exec form. ValueError for what Docker would expand: variables and wildcards."""
    return Quoted(json.dumps([_matching(_PATH, value) for value in values]))


def words(values: Iterable[str]) -> Quoted:
    """Words of a shell command. ValueError for a line break: Docker reads lines before the shell does."""
    listed = list(values)
    for value in listed:
        if _LINE_BREAKER.search(value) or "<<" in value:
            raise ValueError(f"{value!a} holds a line break, a control character or a here-document")
    return Quoted(" ".join(map(shlex.quote, listed)))


def _matching(pattern: re.Pattern[str], value: str) -> Quoted:
    if not pattern.fullmatch(value):
        raise ValueError(f"{value!a} does not match {pattern.pattern}")
    return Quoted(value)


FILTERS: Mapping[str, Callable[[Any], Quoted]] = {
    "exec": exec_form,
    "name": name,
    "number": number,
    "paths": paths,
    "quoted": quoted,
    "reference": reference,
    "words": words,
}

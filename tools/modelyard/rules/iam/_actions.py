"""Matching of IAM actions, which know no case and have * and ? as wildcards."""

from __future__ import annotations

import re
from functools import lru_cache

from modelyard.subjects.facts import Said, Statement


def allows(statement: Statement) -> bool:
    """Whether it is an Allow."""
    return statement.effect.lower() == "allow"


def is_whole_service(action: str) -> bool:
    """Whether it grants everything, or all that one service has: ``*``, ``*:*``, ``s3:*``."""
    service, colon, name = action.strip().partition(":")
    if not colon:
        return _is_anything(service)
    return _is_anything(name) or "*" in service


def _is_anything(text: str) -> bool:
    return "*" in text and not text.strip("*?")


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """What an action, a resource or a condition's value with wildcards matches."""
    parts = (".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in text)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def granted(statement: Statement, wanted: tuple[str, ...]) -> list[tuple[str, Said[str]]]:
    """Which of the wanted actions the statement names, each with the first of its actions that does."""
    found: dict[str, Said[str]] = {}
    for said in statement.actions:
        for action in _among(said.value.strip(), wanted):
            found.setdefault(action, said)
    return list(found.items())


# The same few actions stand in every model's policies.
@lru_cache(maxsize=4096)
def _among(written: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    matches = pattern(written).fullmatch
    return tuple(action for action in wanted if matches(action))


def everywhere(statement: Statement) -> Said[str] | None:
    """The resource that makes the statement reach everything: ``*``, or an ARN that ends in nothing else."""
    for said in statement.resources:
        # The sixth part of an ARN names the resource: `arn:aws:s3:::*` is every bucket.
        if _is_anything(said.value.strip().split(":", 5)[-1]):
            return said
    return None

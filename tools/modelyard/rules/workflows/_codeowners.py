"""Who owns a file, as GitHub reads CODEOWNERS: the last pattern that matches, and it may name nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

OwnerRule = tuple[str, tuple[str, ...], int]


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """What a pattern matches: gitignore's grammar without ``!`` and ``[ ]``.

    A slash anywhere but at the end ties it to the root; without ``/`` at its end it matches a folder too;
    ``dir/*`` matches the files of the folder and none below.
    """
    tied = "/" in text.rstrip("/")
    body = text.strip("/")
    regex = "" if tied else "(?:.*/)?"
    parts = body.split("/")
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            regex += ".*" if last else "(?:.*/)?"
            continue
        regex += "".join("[^/]*" if one == "*" else "[^/]" if one == "?" else re.escape(one) for one in part)
        regex += "" if last else "/"
    if text.endswith("/"):
        regex += "/.*"
    elif not (tied and parts[-1] == "*"):
        regex += "(?:/.*)?"
    return re.compile(regex, re.DOTALL)


def owner_rule(path: str, rules: Sequence[OwnerRule]) -> OwnerRule | None:
    """The rule that decides over a file; None where no pattern matches."""
    return next((rule for rule in reversed(rules) if pattern(rule[0]).fullmatch(path)), None)


def below(root: str, files: Iterable[str]) -> list[str]:
    """The files that a guarded root means: itself, or all below where it ends in a slash."""
    if root.endswith("/"):
        return sorted(path for path in files if path.startswith(root))
    return [root] if root in files else []

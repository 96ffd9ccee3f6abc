"""Where a server is told to run code that comes with a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.rules.api import Problem
from modelyard.rules.models._groups import Group

_NAME = "trust_remote_code"
_YES = frozenset({"1", "true", "yes", "on", "y", "t"})
_NO = frozenset({"0", "false", "no", "off", "n", "f"})
# In Python, JSON, properties files and the like.
_ASSIGNED = re.compile(r"trust_remote_code[\"']?\s*[:=]\s*[\"']?(?:true|1|yes|on)\b", re.IGNORECASE)


def is_spoken_of(text: str) -> bool:
    """Whether a text may hold such a setting at all; nearly none does."""
    return "trust" in text or "TRUST" in text


def trusting(group: Group) -> Iterator[Problem]:
    """One problem for each setting that switches it on."""
    for name, said in group.variables.items():
        named = _NAME in name.lower().replace("-", "_").replace(".", "_")
        if (named and said.value.strip().lower() in _YES) or _assigns(said.value):
            yield Problem(said.path, f"{name} lets the model bring its own code", evidence=name)
    for index, word in enumerate(group.words):
        flag, equals, value = word.value.partition("=")
        if flag.lstrip("-").replace("-", "_").lower() == _NAME and flag.startswith("-"):
            following = group.words[index + 1].value if index + 1 < len(group.words) else ""
            said_no = (value if equals else following).strip().lower() in _NO
            if not said_no:
                yield Problem(word.path, f"{flag} lets the model bring its own code", evidence=flag)
    for line in group.lines:
        # `--trust-remote-code=true` has been spoken of; this is for programs and JSON in an argument.
        if _assigns(line.value) and not line.value.startswith("--trust"):
            yield Problem(line.path, f"{_NAME} is set in an argument", evidence=_NAME)


def _assigns(text: str) -> bool:
    return _NAME in text.lower() and _ASSIGNED.search(text) is not None

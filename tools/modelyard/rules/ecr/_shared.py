"""Where a property of a repository stands."""

from __future__ import annotations

from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import EcrRepository


def at(repository: EcrRepository, *keys: str | int) -> Path:
    """The path of a property, as far as it leads; of the resource where the property is not there."""
    value: Any = repository.document.data
    for step in repository.path:
        value = value[step]
    path = repository.path
    if isinstance(value, dict) and isinstance(value.get("Properties"), dict):
        path, value = (*path, "Properties"), value["Properties"]
    found = False
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            break
        path, found = (*path, key), True
    return path if found else repository.path

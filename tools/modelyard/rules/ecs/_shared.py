"""Finding values of a task definition or a service in the document that they were written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelyard.subjects.document import Document, Path
from modelyard.subjects.facts import EcsService, TaskDefinition


def value_at(document: Document, path: Path) -> Any:
    """The value at a path, or None where there is none."""
    value: Any = document.data
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def pick(mapping: Any, key: str) -> tuple[str, Any]:
    """A key of a mapping whatever its capitals, and its value; the key as asked and None where it is not.

    The API says ``efsVolumeConfiguration`` and ``filesystemId`` where CloudFormation says
    ``EFSVolumeConfiguration`` and ``FilesystemId``.
    """
    if isinstance(mapping, Mapping):
        if key in mapping:
            return key, mapping[key]
        wanted = key.lower()
        for known, value in mapping.items():
            if isinstance(known, str) and known.lower() == wanted:
                return known, value
    return key, None


def spelled(document: Document, path: Path, *keys: str | int) -> Path:
    """The path below ``path`` as the document spells its keys; as far as it leads."""
    value = value_at(document, path)
    for key in keys:
        if isinstance(key, int):
            known: str | int = key
            value = value[key] if isinstance(value, list) and key < len(value) else None
        else:
            known, value = pick(value, key)
        if value is None:
            break
        path = (*path, known)
    return path


def body(subject: TaskDefinition | EcsService) -> Path:
    """Where its properties stand: below ``Properties`` in a template."""
    value = value_at(subject.document, subject.path)
    inside = isinstance(value, Mapping) and isinstance(value.get("Properties"), Mapping)
    return (*subject.path, "Properties") if inside else subject.path


def is_true(value: Any) -> bool:
    """Whether CloudFormation takes it for true: it knows the text too."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")

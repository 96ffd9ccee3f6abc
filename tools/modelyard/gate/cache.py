"""What the last run found in parts of the repository that have not changed since.

A JSON file that nobody reviews, so it is checked as strictly as a stranger's: an entry that is not exactly
what ``save`` writes is no entry. Its key holds the content of every file of the part, Modelyard's own code,
the policy and the day. ``tools/scan --no-cache`` does without, as CI should.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.detections import Detection, Level
from modelyard.findings import Location
from modelyard.gate.result import Looked, Seen
from modelyard.load import layout
from modelyard.rules.ecs._fleet import RoleUse
from modelyard.write.replace import read_private, replace_private

FILE = f"{layout.CACHE}/gate.json"
_VERSION = 1
_LARGEST = 2**28  # bytes


def load(root: Path) -> dict[str, tuple[str, Looked]]:
    """Keys and results by the parts' names; none where the file cannot be understood."""
    try:
        said = json.loads(read_private(root, FILE, _LARGEST))
        if said["version"] != _VERSION:
            return {}
        return {name: (_text(key), _looked(*parts)) for name, (key, *parts) in said["parts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def save(root: Path, parts: Mapping[str, tuple[str, Looked]]) -> None:
    """Replaces the file. A tree that cannot be written has no cache, which is no reason to fail."""
    document = {
        "version": _VERSION,
        "parts": {
            name: [
                key,
                [_row(one) for one in looked.detections],
                [_file(one) for one in looked.seen],
                [_use(one) for one in looked.roles],
            ]
            for name, (key, looked) in sorted(parts.items())
        },
    }
    replace_private(root, FILE, json.dumps(document).encode())


def _row(one: Detection) -> list[Any]:
    at = one.location
    where = [at.path, at.line, at.column, at.length]
    return [
        one.rule,
        one.tool,
        one.level.word,
        where,
        one.message,
        one.hint,
        one.resource,
        one.evidence,
        one.model,
    ]


def _file(one: Seen) -> list[Any]:
    return [one.path, one.digest, list(one.kinds), list(one.resources), list(one.images)]


def _use(one: RoleUse) -> list[Any]:
    where = [one.file, one.index, list(one.path)]
    return [one.model, one.environment, one.account, one.role, where, one.resource]


def _looked(detections: list[list[Any]], seen: list[list[Any]], roles: list[list[Any]]) -> Looked:
    return Looked(
        tuple(_detection(*row) for row in detections),
        tuple(_seen(*row) for row in seen),
        tuple(_role(*row) for row in roles),
    )


def _role(model: str, environment: str, account: str, role: str, where: list[Any], resource: str) -> RoleUse:
    file, index, path = where
    steps = tuple(step if isinstance(step, str) else _number(step) for step in path)
    return RoleUse(
        _text(model),
        _text(environment),
        _text(account),
        _text(role),
        _text(file),
        _number(index),
        steps,
        _text(resource),
    )


def _detection(
    rule: str, tool: str, level: str, where: list[Any], message: str, hint: str, *rest: str
) -> Detection:
    path, line, column, length = where
    location = Location(_text(path), _number(line), _number(column), _number(length))
    resource, evidence, model = map(_text, rest)
    return Detection(
        _text(rule),
        _text(tool),
        Level.of(level),
        location,
        _text(message),
        _text(hint),
        resource,
        evidence,
        model,
    )


def _seen(path: str, digest: str, kinds: list[Any], resources: list[str], images: list[str]) -> Seen:
    known = tuple(kinds)
    for kind in known:
        _text(kind)
    return Seen(_text(path), _text(digest), known, tuple(map(_text, resources)), tuple(map(_text, images)))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a number")
    return value

"""Files of environments that concern no model: left behind by one that went away, or misnamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from modelyard.findings import Finding, Location
from modelyard.load import layout

_KINDS = {"overrides": "the override is laid over nothing", "releases": "the release is of nothing"}


def strays(root: Path, environment: str) -> Iterator[Finding]:
    """A finding for each override and release of an environment whose model has no folder."""
    for kind, consequence in _KINDS.items():
        folder = f"{layout.ENVIRONMENTS}/{environment}/{kind}"
        for name in _names(root / folder):
            model, suffix = os.path.splitext(name)
            path = f"{folder}/{name}"
            if suffix == ".yml":
                yield Finding(
                    "unknown-file", Location(path), "nothing reads this file", f"call it {model}.yaml"
                )
            elif suffix == ".yaml" and not os.path.lexists(root / layout.MODELS / model):
                hint = f"delete it, or correct its name: a model that is gone leaves its {kind} behind"
                message = f'there is no model "{model}": {consequence}'
                yield Finding("unknown-model", Location(path), message, hint)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []

"""Weights that nobody can tell from others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.models._weights import weights
from modelyard.subjects.facts import ModelManifest

_SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
# What people write to get past the schema. The last is what sha256sum says of nothing at all.
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def check(manifest: ModelManifest, context: Context) -> Iterator[Problem]:
    """Speaks of a missing sha256, of one that is none, and of one that cannot be a model's."""
    for one in weights(manifest):
        said = one.text("sha256")
        path = (*one.path, "sha256") if "sha256" in one.entry else one.path
        if one.partial and "sha256" not in one.entry:
            continue
        if not _SHA256.fullmatch(said):
            message = "has no sha256" if not said else "has a sha256 that is not 64 hexadecimal digits"
        elif len(set(said)) == 1:
            message = "has a sha256 of one digit, which only stands for one"
        elif said.lower() == _EMPTY:
            message = "has the sha256 of an empty file"
        else:
            continue
        yield Problem(path, f"{one.section} {one.name} {message}", evidence=one.name)


RULE = Rule(
    id="weights-without-checksum",
    level=Level.HIGH,
    summary="Weights are named without a checksum that can hold.",
    why="Whoever can write to the bucket changes what the model does, or runs code in it, unnoticed.",
    fix="Write the sha256 that `sha256sum` prints for the file; it is verified before the model starts.",
    subject=ModelManifest,
    check=check,
    source="docs/write-a-model.md: artifacts; SLSA: verifying artifacts",
)

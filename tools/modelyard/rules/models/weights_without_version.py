"""Weights whose name says nothing of which they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.models._weights import weights
from modelyard.subjects.facts import ModelManifest

# A folder or file that is a number, a version, a date, or a hash: it is written once.
_VERSION = re.compile(
    r"(?:^|[/_.-])(?:v?\d+(?:[._-]\d+)*|\d{4}-?\d{2}-?\d{2}(?:T[\dZ:-]+)?|[0-9a-f]{7,64}|(?:run|version|build|release)[=_-]?\w*\d\w*)"
    r"(?=[/_]|$|\.[A-Za-z])",
    re.IGNORECASE,
)


def check(manifest: ModelManifest, context: Context) -> Iterator[Problem]:
    """Quiet where there is a versionId, or where the key holds a version of its own."""
    for one in weights(manifest):
        source = one.text("source")
        key = source.removeprefix("s3://").partition("/")[2]
        if not source or one.text("versionId") or _VERSION.search(key):
            continue
        path = (*one.path, "source")
        yield Problem(path, f"{one.section} {one.name}: {source} names no version", evidence=source)


RULE = Rule(
    id="weights-without-version",
    level=Level.MEDIUM,
    summary="Weights are named without a version: neither a versionId nor one in the key.",
    why="The next training run overwrites the file: replicas then fail to start on its checksum, and the "
    "release that ran yesterday cannot be started again.",
    fix="Give versionId from a bucket that keeps versions, or write every run under a key of its own.",
    subject=ModelManifest,
    check=check,
    source="Amazon S3 User Guide: Retaining multiple versions of objects with S3 Versioning",
)

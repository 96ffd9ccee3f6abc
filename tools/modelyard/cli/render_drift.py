"""Drift as findings, for the formats in which nothing else is shown: annotations and SARIF."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding, Location
from modelyard.pipeline.result import RunResult

_WRONG = {
    "create": "this generated file is missing",
    "update": "this generated file is not what its sources give",
    "delete": "nothing gives this generated file any more",
}


def drift(result: RunResult, mending: str) -> Iterator[Finding]:
    """One finding for each file that differs; none where ``mending``, the command against it, is empty."""
    if mending:
        for model in result.models:
            for path, action in model.changes:
                yield Finding(
                    "drift", Location(path), _WRONG[action], f"run {mending} and commit what it writes"
                )

"""Findings of one field in many places, said once with the places that they concern."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from modelyard.findings import Finding


class Gathered:
    """Collects findings by place; a problem that is there in all of them is not repeated for each."""

    def __init__(self) -> None:
        self._places: dict[Finding, list[str]] = {}
        self._all: list[str] = []

    def add(self, place: str, findings: Iterable[Finding]) -> int:
        """Adds what was found in ``place``, and tells how many findings that were."""
        self._all.append(place)
        count = 0
        for finding in findings:
            count += 1
            places = self._places.setdefault(finding, [])
            if place not in places:
                places.append(place)
        return count

    def findings(self) -> list[Finding]:
        """Each problem once; where it does not concern every place, the message ends with those it does."""
        return [
            finding
            if len(places) == len(self._all)
            else dataclasses.replace(finding, message=f"{finding.message} (in {', '.join(places)})")
            for finding, places in self._places.items()
        ]

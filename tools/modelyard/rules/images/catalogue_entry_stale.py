"""An entry of the catalogue that no model should choose any more.

Low on purpose, and once for each entry: whether something uses it is not known here, and an entry that
nothing uses endangers nothing. Uses are judged by base-too-old, base-out-of-support and
base-of-unknown-date, each against the environment it is in.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import day, today
from modelyard.subjects.facts import CatalogueEntry


def check(entry: CatalogueEntry, context: Context) -> Iterator[Problem]:
    """Out of support, or older than the strictest environment allows."""
    supported = day(entry.entry.get("supportedUntil"))
    if supported is not None and supported < context.now.date():
        message = f"support of {entry.key} ended on {supported}"
        yield Problem((*entry.path, "supportedUntil"), message, evidence="supportedUntil")
    created = day(entry.entry.get("created"))
    allowed = context.policy(entry.document.place).max_base_age_days
    if created is not None and allowed is not None and (today(context) - created).days > allowed:
        message = f"{entry.key} is {(today(context) - created).days} days old; {allowed} are allowed"
        yield Problem((*entry.path, "created"), message, evidence="created")


RULE = Rule(
    id="catalogue-entry-stale",
    level=Level.LOW,
    summary="An entry of the catalogue of base images is too old or out of support.",
    why="The next model that chooses it fails the gate.",
    fix="Run `tools/bases bump`, or take the entry out.",
    subject=CatalogueEntry,
    check=check,
    source="policy/gate.yaml",
)

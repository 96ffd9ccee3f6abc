"""A date of the catalogue that cannot be true, at the line that must be mended, used or not."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import day, today
from modelyard.subjects.facts import CatalogueEntry


def check(entry: CatalogueEntry, context: Context) -> Iterator[Problem]:
    """Made in the future, supported only until before it was made, or no day of any calendar."""
    created = day(entry.entry.get("created"))
    supported = day(entry.entry.get("supportedUntil"))
    for key in ("created", "supportedUntil"):
        said = entry.entry.get(key)
        if said not in (None, "unknown") and day(said) is None:
            yield Problem((*entry.path, key), f"{entry.key}: {said} is no date", evidence=key)
    if created is not None and created > today(context):
        message = f"{entry.key} says that it was made on {created}, which is still to come"
        yield Problem((*entry.path, "created"), message, evidence="created")
    if created is not None and supported is not None and supported < created:
        message = f"{entry.key} was made on {created}, after its support ended on {supported}"
        yield Problem((*entry.path, "supportedUntil"), message, evidence="supportedUntil")


RULE = Rule(
    id="catalogue-date-impossible",
    level=Level.HIGH,
    summary="A date in the catalogue of base images cannot be true.",
    why="Ages and ends of support are judged by these dates: a wrong one switches the judgement off.",
    fix="Run `tools/bases check`, and write the date that the registry gives.",
    subject=CatalogueEntry,
    check=check,
    source="Dockerfiles/base-images.yaml",
)

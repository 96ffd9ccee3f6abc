"""A file of one environment that speaks of a region that it has not."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._mentions import strangers
from modelyard.subjects.facts import Whole


def check(whole: Whole, context: Context) -> Iterator[Problem]:
    """Speaks of ARNs, ECR hosts, log options, variables and arguments that name a foreign region."""
    known = context.environment(whole.document.place)
    if known is None or not known.regions:
        return
    for path, region in strangers(whole.document, known, context, 1):
        regions = ", ".join(sorted(known.regions))
        yield Problem(path, f"region {region}; {known.name} has {regions}", evidence=region)


RULE = Rule(
    id="region-not-the-environments",
    level=Level.MEDIUM,
    summary="A file of an environment names a region that the environment has not.",
    why="Data, logs or secrets leave the regions that were agreed on, and nobody there watches them.",
    fix="Use the environment's region, or add the region to environment.yaml if it is meant.",
    subject=Whole,
    check=check,
    source="environments/<environment>/environment.yaml: regions, registry.region",
)

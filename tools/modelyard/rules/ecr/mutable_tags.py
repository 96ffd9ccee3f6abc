"""Tags that can be moved."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecr._shared import at
from modelyard.subjects.facts import EcrRepository

_KEY = "ImageTagMutability"


def check(repository: EcrRepository, context: Context) -> Iterator[Problem]:
    """MUTABLE is the default. IMMUTABLE_WITH_EXCLUSION is as good as its exclusions."""
    value = repository.properties.get(_KEY, "MUTABLE")
    if value == "MUTABLE":
        yield Problem(at(repository, _KEY), f"tags of {repository.name or 'the repository'} can be moved")
    elif value == "IMMUTABLE_WITH_EXCLUSION":
        filters = repository.properties.get("ImageTagMutabilityExclusionFilters")
        for index, one in enumerate(filters if isinstance(filters, list) else ()):
            text = one.get("ImageTagMutabilityExclusionFilterValue") if isinstance(one, dict) else None
            if isinstance(text, str) and not text.strip("*?"):
                where = at(repository, "ImageTagMutabilityExclusionFilters", index)
                yield Problem(where, f"the exclusion {text} lets every tag be moved", evidence=text)


RULE = Rule(
    id="mutable-tags",
    level=Level.HIGH,
    summary="A repository lets tags be moved to another image.",
    why="What was scanned and approved under a tag is not what is pulled by that tag tomorrow.",
    fix="Set ImageTagMutability to IMMUTABLE.",
    subject=EcrRepository,
    check=check,
    source="Amazon ECR User Guide: Preventing image tags from being overwritten",
)

"""A repository that only grows."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecr._shared import at
from modelyard.subjects.facts import EcrRepository

_KEY = "LifecyclePolicy"


def check(repository: EcrRepository, context: Context) -> Iterator[Problem]:
    """Speaks where there is no policy text at all."""
    policy = repository.properties.get(_KEY)
    if not (isinstance(policy, dict) and policy.get("LifecyclePolicyText", policy.get("Ref"))):
        yield Problem(
            at(repository, _KEY), f"{repository.name or 'the repository'} keeps every image for ever"
        )


RULE = Rule(
    id="no-lifecycle-policy",
    level=Level.LOW,
    summary="A repository has no lifecycle policy.",
    why="Old images with known holes stay pullable, and each costs storage.",
    fix="Add a LifecyclePolicy that keeps releases and lets old builds go.",
    subject=EcrRepository,
    check=check,
    source="Amazon ECR User Guide: Automate the cleanup of images by using lifecycle policies",
)

"""Allow with NotAction or NotResource."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows
from modelyard.subjects.facts import Statement


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Speaks of an Allow that says what is not meant; with Deny both elements are of use."""
    if not allows(statement):
        return
    for word, said in (("NotAction", statement.not_actions), ("NotResource", statement.not_resources)):
        if said:
            left = ", ".join(one.value for one in said[:3])
            yield Problem(said[0].path, f"Allow with {word}: everything but {left}", evidence=word)


RULE = Rule(
    id="allow-by-exclusion",
    level=Level.HIGH,
    summary="A policy allows everything except what it names.",
    why="All that is not named is allowed, in every service, and so is what AWS adds tomorrow.",
    fix="Write Action and Resource with what is meant; keep NotAction and NotResource for Deny.",
    subject=Statement,
    check=check,
    source="IAM User Guide: NotAction with Allow",
)

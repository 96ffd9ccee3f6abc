"""A file of one environment that speaks of another's account."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._mentions import strangers
from modelyard.subjects.facts import Whole


def check(whole: Whole, context: Context) -> Iterator[Problem]:
    """Speaks of each value with an ARN or an ECR host of a foreign account."""
    known = context.environment(whole.document.place)
    if known is None or not known.accounts:
        return
    for path, account in strangers(whole.document, known, context, 0):
        others = sorted(one.name for one in context.environments.values() if one.account == account)
        whose = f", which is {' and '.join(others)}'s" if others else ""
        message = f"account {account}{whose}, in a file of {known.name}"
        yield Problem(path, message, evidence=account)


RULE = Rule(
    id="account-not-the-environments",
    level=Level.HIGH,
    summary="A file of an environment names an AWS account that is not the environment's.",
    why="What was reviewed for one account acts in another: a prod task with dev's secrets, or an image that "
    "somebody else can replace.",
    fix="Use names and let the environment's account make them ARNs; put an AWS registry that is really "
    "meant into Dockerfiles/base-images.yaml.",
    subject=Whole,
    check=check,
    source="environments/<environment>/environment.yaml: account, registry.account",
)

"""A role for any branch, pull request or repository of an owner."""

from __future__ import annotations

from collections.abc import Iterator, Set

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._conditions import Narrowing, claim
from modelyard.rules.iam._oidc import provider
from modelyard.subjects.facts import Statement

# Claims that, without a wildcard, hold a job to a reviewed place as well as `sub` can.
_ALSO = ("environment", "ref", "job_workflow_ref")


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Speaks of each value of ``sub`` that lets in more than one environment or one ref."""
    found = provider(statement)
    if found is None or found[0] != "github":
        return
    if any(_is_exact(one) for name in _ALSO for one in claim(statement, name)):
        return
    subjects = claim(statement, "sub")
    for one in () if subjects else (*claim(statement, "repository"), *claim(statement, "repository_id")):
        value = one.values[0]
        yield Problem(one.path, f"{value} lets in every branch, tag and pull request", evidence=value)
    place = statement.document.place.environment
    others = context.environments.keys() - {place} if place else frozenset()
    for one in subjects:
        for value in one.values:
            reason = _too_wide(value, one.wild, others)
            if reason:
                yield Problem(one.path, f"{value} {reason}", evidence=value)


def _is_exact(one: Narrowing) -> bool:
    return not (one.wild and any("*" in value or "?" in value for value in one.values))


def _too_wide(value: str, wild: bool, others: Set[str]) -> str:
    parts = value.split(":", 2)
    if parts[0] != "repo" or len(parts) < 2:
        # A customised subject; what a wildcard lets in then cannot be told from its form.
        return "has a wildcard" if wild and "*" in value else ""
    rest = parts[2] if len(parts) == 3 else ""
    if wild and "*" in parts[1]:
        return "lets more than one repository in"
    if rest == "pull_request":
        return "lets in every pull request, before anybody has reviewed it"
    if wild and ("*" in rest or "?" in rest):
        return "lets more than one branch, tag or environment in"
    environment = rest.removeprefix("environment:")
    if rest.startswith("environment:") and environment in others:
        return f"is the environment {environment}, and this role is in another"
    return ""


RULE = Rule(
    id="github-trust-too-wide",
    level=Level.HIGH,
    summary="A role trusts GitHub jobs beyond one environment or one ref of one repository.",
    why="A branch or a pull request that nobody has reviewed gets the rights that were meant for the "
    "protected environment.",
    fix="Write StringEquals token.actions.githubusercontent.com:sub with "
    "repo:<owner>/<name>:environment:<environment>, and protect that environment.",
    subject=Statement,
    check=check,
    source="GitHub Docs: OpenID Connect reference, example subject claims",
)

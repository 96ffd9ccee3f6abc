"""iam:PassRole on any role."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows, everywhere, granted, is_whole_service
from modelyard.rules.iam._conditions import narrowed_by
from modelyard.subjects.facts import Statement

_PASSING = ("iam:PassRole",)


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Speaks where any role may be passed, or roles by a pattern to any service at all."""
    if not allows(statement) or statement.scope != "identity":
        return
    for _, said in granted(statement, _PASSING):
        # `*` and `iam:*` are wildcard-action's.
        if is_whole_service(said.value):
            continue
        where = everywhere(statement)
        if where is not None:
            yield Problem(where.path, "iam:PassRole on every role")
            continue
        if narrowed_by(statement, {"iam:passedtoservice", "iam:associatedresourcearn"}):
            continue
        for resource in statement.resources:
            if resource.value.rstrip().endswith(("role/*", "role/**")):
                yield Problem(resource.path, f"iam:PassRole on {resource.value}, to any service")


RULE = Rule(
    id="pass-role-wildcard",
    level=Level.HIGH,
    summary="A policy lets its holder hand any role to a service.",
    why="Whoever may start a task or a function with any role has the rights of the strongest role there is.",
    fix="Name the roles, and add the condition StringEquals iam:PassedToService with the one service meant.",
    subject=Statement,
    check=check,
    source="IAM User Guide: Grant a user permissions to pass a role to an AWS service",
)

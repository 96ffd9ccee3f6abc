"""A service that takes a role on, for whomever it works."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows
from modelyard.rules.iam._conditions import narrowed_by
from modelyard.subjects.facts import Statement

# Services whose documents ask for aws:SourceAccount or aws:SourceArn in the roles that they take on.
_ASKED_FOR = frozenset(
    f"Service:{name}.amazonaws.com"
    for name in (
        "bedrock",
        "codebuild",
        "ecs-tasks",
        "pipes",
        "sagemaker",
        "scheduler",
        "states",
        "transcribe",
    )
)
_KEYS = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Speaks of the first service that may act for another account."""
    if not allows(statement) or statement.scope != "trust":
        return
    for principal in statement.principals:
        if principal.value in _ASKED_FOR and not narrowed_by(statement, _KEYS):
            name = principal.value.partition(":")[2]
            message = f"{name} may take this role on for any account"
            yield Problem(principal.path, message, evidence=name)


RULE = Rule(
    id="service-trust-unconfined",
    level=Level.MEDIUM,
    summary="A role trusts a service without saying for which account the service must be acting.",
    why="Somebody else's task, schedule or state machine can make the service use this role: the service is "
    "a confused deputy.",
    fix="Add StringEquals aws:SourceAccount with the environment's account, and ArnLike aws:SourceArn.",
    subject=Statement,
    check=check,
    source="IAM User Guide: The confused deputy problem; Amazon ECS Developer Guide: task IAM role",
)

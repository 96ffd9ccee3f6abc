"""Everything that a service has is allowed."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows, is_whole_service
from modelyard.subjects.facts import Statement


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Speaks of each such action; of a key policy's grant to its own account it does not."""
    if not allows(statement):
        return
    for action in statement.actions:
        if is_whole_service(action.value) and not _is_default_key_policy(statement, action.value):
            what = "every action of AWS" if action.value.strip("*:?") == "" else "every action of a service"
            yield Problem(action.path, f"{action.value} allows {what}", evidence=action.value)


def _is_default_key_policy(statement: Statement, action: str) -> bool:
    # What AWS puts into every KMS key: the account's own IAM policies decide.
    return (
        statement.scope == "resource"
        and action.lower() == "kms:*"
        and bool(statement.principals)
        and all(one.value.startswith("AWS:") and one.value.endswith(":root") for one in statement.principals)
    )


RULE = Rule(
    id="wildcard-action",
    level=Level.HIGH,
    summary="A policy allows every action of a service, or of all.",
    why="Whoever gets code to run in the model can delete, publish or reconfigure what it should only read; "
    "actions that AWS adds later are allowed too.",
    fix="Name the actions that the model calls; `permissions` in its manifest makes the statements.",
    subject=Statement,
    check=check,
    source="IAM User Guide: Grant least privilege",
)

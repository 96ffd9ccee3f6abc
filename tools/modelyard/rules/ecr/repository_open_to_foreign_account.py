"""A repository that somebody else's account may use."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows
from modelyard.rules.iam._conditions import narrowed_by
from modelyard.rules.iam._principals import account_of
from modelyard.subjects.facts import Statement

_KEYS = frozenset({"aws:principalorgid", "aws:principalorgpaths"})


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Of resource policies with ECR actions: each account that no environment has."""
    if not allows(statement) or statement.scope != "resource":
        return
    ours = {account for one in context.environments.values() for account in one.accounts}
    ecr = any(said.value.lower().startswith(("ecr:", "*")) for said in statement.actions)
    if not ours or not ecr or narrowed_by(statement, _KEYS):
        return
    for principal in statement.principals:
        account = account_of(principal.value)
        if account is not None and account not in ours:
            message = f"account {account} is no environment's and may use this repository"
            yield Problem(principal.path, message, evidence=principal.value)


RULE = Rule(
    id="repository-open-to-foreign-account",
    level=Level.HIGH,
    summary="A repository's policy lets an account in that no environment has.",
    why="Images hold the model's code; whoever may push can replace what the environments run.",
    fix="Take the account out; an environment that pulls from this registry is let in by being declared.",
    subject=Statement,
    check=check,
    source="Amazon ECR User Guide: Private repository policies",
)

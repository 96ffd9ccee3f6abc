"""Everybody may."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows
from modelyard.rules.iam._conditions import narrowed_by
from modelyard.subjects.facts import Statement

_EVERYBODY = frozenset({"*", "AWS:*", "Federated:*", "Service:*"})
# Who asks, or from where.
_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpcsourceip",
        "elasticfilesystem:accessedviamounttarget",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "sts:externalid",
    }
)


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Of trust and resource policies; a condition on who asks or from where makes it quiet."""
    if not allows(statement) or statement.scope == "identity":
        return
    for principal in statement.principals:
        # An ExternalId is no secret: it narrows the trust of one account, never of all.
        keys = _KEYS - {"sts:externalid"} if statement.scope == "trust" else _KEYS
        if principal.value in _EVERYBODY and not narrowed_by(statement, keys, ("aws:principaltag/",)):
            what = "take this role on" if statement.scope == "trust" else "use this resource"
            yield Problem(principal.path, f"any AWS account may {what}")
            return


RULE = Rule(
    id="public-principal",
    level=Level.CRITICAL,
    summary="A role or a resource is open to every AWS account.",
    why="The principal * is the world: weights, images or the role's rights are anybody's.",
    fix="Name the principals; where * must stay, add a condition on aws:PrincipalOrgID, aws:SourceAccount "
    "or aws:SourceVpce with an operator that fails when the key is missing.",
    subject=Statement,
    check=check,
    source="IAM User Guide: AWS JSON policy elements: Principal, all principals",
)

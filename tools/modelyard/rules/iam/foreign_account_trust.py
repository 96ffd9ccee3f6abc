"""A role that somebody else's account may take on."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._actions import allows
from modelyard.rules.iam._conditions import narrowed_by
from modelyard.rules.iam._principals import account_of, own_accounts
from modelyard.subjects.facts import Statement


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Speaks of each foreign account; an ExternalId or the organisation's id makes it quiet."""
    if not allows(statement) or statement.scope != "trust":
        return
    ours = own_accounts(statement, context)
    # Without environments nobody can tell what is foreign.
    if not ours or narrowed_by(statement, {"sts:externalid", "aws:principalorgid"}):
        return
    for principal in statement.principals:
        account = account_of(principal.value)
        if account is not None and account not in ours:
            place = statement.document.place.environment
            whose = f"environment {place}" if place else "any environment"
            yield Problem(
                principal.path,
                f"account {account} may take this role on and does not belong to {whose}",
                evidence=principal.value,
            )


RULE = Rule(
    id="foreign-account-trust",
    level=Level.HIGH,
    summary="A role trusts an account that is not the environment's, without an ExternalId.",
    why="Whoever controls that account, or fools the vendor who does, acts as this role.",
    fix="Take the account out of the trust policy; for a vendor, add StringEquals sts:ExternalId.",
    subject=Statement,
    check=check,
    source="IAM User Guide: Access to AWS accounts owned by third parties",
)

"""Principals of a statement: whose they are."""

from __future__ import annotations

import re
from functools import lru_cache

from modelyard.rules.api import Context
from modelyard.subjects.facts import Statement

_ACCOUNT = re.compile(r"AWS:(?:arn:aws[a-z-]*:(?:iam|sts)::)?(\d{12})(?::|$)")


@lru_cache(maxsize=1024)
def account_of(principal: str) -> str | None:
    """The account of an AWS principal, or None: a service, a provider, a function of CloudFormation."""
    match = _ACCOUNT.match(principal)
    return match.group(1) if match else None


def own_accounts(statement: Statement, context: Context) -> frozenset[str]:
    """The accounts that are ours: the environment's, or every environment's where the file is in none."""
    found = context.environment(statement.document.place)
    if found is not None:
        return found.accounts
    return frozenset(account for one in context.environments.values() for account in one.accounts)

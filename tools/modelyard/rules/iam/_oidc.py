"""Trust in tokens of an identity provider: GitHub Actions, an EKS cluster, another."""

from __future__ import annotations

import re
from typing import Literal

from modelyard.rules.iam._actions import allows, granted
from modelyard.subjects.facts import Said, Statement

GITHUB = "token.actions.githubusercontent.com"
_WEB = "sts:AssumeRoleWithWebIdentity"
_EKS = re.compile(r"oidc\.eks\.|oidc-eks\.")
# Providers whose tokens are checked by other keys than `sub`.
_OTHERS = ("cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com", "accounts.google.com")

Provider = Literal["github", "eks", "other"]


def provider(statement: Statement) -> tuple[Provider, Said[str]] | None:
    """Whose tokens a trust policy takes, and the principal as it is given; None where it takes none.

    A provider that only a function of CloudFormation knows is told by the keys of the conditions.
    """
    if statement.scope != "trust" or not allows(statement) or not granted(statement, (_WEB,)):
        return None
    for principal in statement.principals:
        kind, _, name = principal.value.partition(":")
        if kind != "Federated" or any(other in name for other in _OTHERS):
            continue
        hints = name + " ".join(key for keys in statement.conditions.values() for key in keys)
        if GITHUB in hints:
            return "github", principal
        return ("eks" if _EKS.search(hints) or "system:serviceaccount" in str(statement.conditions)
                else "other"), principal  # fmt: skip
    return None

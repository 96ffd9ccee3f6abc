"""A role for tokens that were made for somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._conditions import claim
from modelyard.rules.iam._oidc import provider
from modelyard.subjects.facts import Statement


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """No condition on ``aud`` that narrows."""
    found = provider(statement)
    if found is not None and not claim(statement, "aud"):
        yield Problem(found[1].path, "no condition on aud that holds")


RULE = Rule(
    id="oidc-trust-without-audience",
    level=Level.MEDIUM,
    summary="A role trusts an identity provider's tokens whatever they were made for.",
    why="A token that a job or pod gave to another service can be played back to AWS.",
    fix="Add StringEquals <provider>:aud with sts.amazonaws.com.",
    subject=Statement,
    check=check,
    source="GitHub Docs: Configuring OpenID Connect in Amazon Web Services; Amazon EKS User Guide: "
    "Assign IAM roles to Kubernetes service accounts",
)

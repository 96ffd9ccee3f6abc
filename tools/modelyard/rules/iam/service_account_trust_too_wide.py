"""A role for more than one service account of a cluster."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._conditions import claim
from modelyard.rules.iam._oidc import provider
from modelyard.subjects.facts import Statement

_PREFIX = "system:serviceaccount:"


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Speaks of a ``sub`` with wildcards where they count as such."""
    found = provider(statement)
    if found is None or found[0] != "eks":
        return
    for one in claim(statement, "sub"):
        for value in one.values:
            if one.wild and ("*" in value or "?" in value):
                namespace = value.removeprefix(_PREFIX).partition(":")[0]
                whom = "any namespace" if "*" in namespace else f"more than one account of {namespace}"
                yield Problem(one.path, f"{value} lets service accounts of {whom} in", evidence=value)


RULE = Rule(
    id="service-account-trust-too-wide",
    level=Level.HIGH,
    summary="A role of pods trusts more than one service account.",
    why="Whoever may create a service account that fits the pattern gets the model's rights.",
    fix="Write StringEquals <issuer>:sub with system:serviceaccount:<namespace>:<name>.",
    subject=Statement,
    check=check,
    source="Amazon EKS User Guide: Assign IAM roles to Kubernetes service accounts",
)

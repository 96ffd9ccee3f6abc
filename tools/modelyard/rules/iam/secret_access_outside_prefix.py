"""A role that may read secrets that are not its environment's."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._secrets import parse, wrong_name
from modelyard.rules.iam._actions import allows, granted
from modelyard.rules.iam._conditions import narrowed_by
from modelyard.subjects.facts import Statement

_READS = (
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssm:GetParameterHistory",
)
_TAGS = ("aws:resourcetag/", "secretsmanager:resourcetag/", "ssm:resourcetag/")


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """Speaks of ARNs of secrets and parameters that can be read and whose names begin otherwise."""
    if not allows(statement) or statement.scope != "identity" or not granted(statement, _READS):
        return
    if narrowed_by(statement, (), _TAGS):
        return
    for resource in statement.resources:
        name = parse(resource.value)
        wrong = wrong_name(name, statement.document.place, context) if name is not None else ""
        if wrong:
            yield Problem(resource.path, f"may read {resource.value}: {wrong}", evidence=resource.value)


RULE = Rule(
    id="secret-access-outside-prefix",
    level=Level.HIGH,
    summary="A role may read secrets beyond its environment's prefix.",
    why="A break-in at one environment reads the credentials of another, or of the whole account.",
    fix="Name the secret's ARN below the environment's secretPrefix; `secrets` in the manifest makes it.",
    subject=Statement,
    check=check,
    source="AWS Secrets Manager User Guide: Authentication and access control",
)

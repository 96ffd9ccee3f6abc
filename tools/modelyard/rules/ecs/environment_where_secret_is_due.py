"""A secret that takes the way of plain variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._secrets import parse
from modelyard.subjects.facts import EnvVar

# {{resolve:ssm:...}} is for plain parameters; the other two are filled in when the stack is made.
_RESOLVED = re.compile(r"\{\{resolve:(?:secretsmanager|ssm-secure):")
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL", re.IGNORECASE)
# Code that asks the store itself is told the secret's name this way, and may be.
_TELLS_WHERE = re.compile(r"(?:ARN|ID|NAME|PATH|URI|PREFIX|REF)S?$", re.IGNORECASE)


def check(variable: EnvVar, context: Context) -> Iterator[Problem]:
    """Speaks of dynamic references, and of a secret's ARN where the secret itself is expected."""
    if variable.platform != "ecs":
        return
    if _RESOLVED.search(variable.value):
        message = (
            f"{variable.name} is filled in when the stack is made, and stands in the task definition in clear"
        )
        yield Problem(variable.path, message, evidence=variable.name)
        return
    if (
        parse(variable.value)
        and _SECRET_NAME.search(variable.name)
        and not _TELLS_WHERE.search(variable.name)
    ):
        message = f"{variable.name} gets the secret's ARN and not its value"
        yield Problem(variable.path, message, evidence=variable.name)


RULE = Rule(
    id="environment-where-secret-is-due",
    level=Level.HIGH,
    summary="A secret is put into a task's `environment` instead of its `secrets`.",
    why="Whoever may describe the task definition reads what is in `environment`; it is kept in every "
    "revision and shown in the console.",
    fix="Write it under `secrets` with valueFrom; the manifest's `secrets` does.",
    subject=EnvVar,
    check=check,
    source="Amazon ECS Developer Guide: Pass sensitive data to a container; AWS CloudFormation User Guide: "
    "Get values with dynamic references",
)

"""A task that is given somebody else's secret."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._secrets import SecretName, parse, wrong_name
from modelyard.subjects.facts import SecretReference


def check(reference: SecretReference, context: Context) -> Iterator[Problem]:
    """Of ECS; a source that is no ARN is a parameter's name in the task's own region."""
    if reference.platform != "ecs" or not reference.source:
        return
    source = reference.source
    name = parse(source) or (None if source.startswith("arn:") else SecretName("ssm", source.lstrip("/")))
    wrong = wrong_name(name, reference.document.place, context) if name is not None else ""
    if wrong:
        yield Problem(reference.path, f"{reference.name} comes from {source}: {wrong}", evidence=source)


RULE = Rule(
    id="secret-outside-prefix",
    level=Level.HIGH,
    summary="A task is given a secret whose name is outside its environment's prefix.",
    why="The credentials of another environment, or of another model, end up in this one's memory and logs.",
    fix="Name the secret in the manifest without a prefix; the environment's secretPrefix is put before it.",
    subject=SecretReference,
    check=check,
    source="environments/<environment>/environment.yaml: secretPrefix; Amazon ECS Developer Guide: "
    "Pass sensitive data to a container",
)

"""A shell into tasks where the environment forbids it."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._shared import is_true
from modelyard.subjects.facts import EcsService


def check(service: EcsService, context: Context) -> Iterator[Problem]:
    """Speaks where EnableExecuteCommand is true and ``allowExec`` of the region is not."""
    said, place = service.enable_execute_command, service.document.place
    known = context.environment(place)
    if said is None or known is None or not is_true(said.value):
        return
    allowed = {region for platform, region in known.allow_exec if platform == "ecs"}
    if place.region not in allowed if place.region else not allowed:
        yield Problem(
            said.path,
            f"{known.name} does not allow ECS Exec {place.region and 'in ' + place.region}".rstrip(),
        )


RULE = Rule(
    id="exec-where-forbidden",
    level=Level.HIGH,
    summary="A service lets people open a shell in its tasks, where the environment forbids it.",
    why="A shell in the task has the model's role and its secrets in its environment.",
    fix="Take `exec` out of the manifest's ECS settings, or have the platform team set allowExec.",
    subject=EcsService,
    check=check,
    source="Amazon ECS Developer Guide: Monitor containers with ECS Exec; environment.yaml: allowExec",
)

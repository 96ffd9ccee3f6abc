"""A container of ECS whose output goes nowhere, and one of compose whose output is thrown away."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import name_of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """On Kubernetes the node collects what containers print, and compose keeps it unless told not to."""
    said = container.log
    if said is not None and said.value == "none":
        yield Problem(said.path, f"the output of {name_of(container)} is thrown away")
    elif said is None and container.platform == "ecs":
        yield Problem(container.path, f"{name_of(container)} has no logConfiguration: its output is lost")


RULE = Rule(
    id="missing-logs",
    level=Level.MEDIUM,
    summary="What a container prints is not kept.",
    why="After a break-in or a crash there is nothing to read.",
    fix="Give it a logConfiguration with awslogs or awsfirelens.",
    subject=Container,
    check=check,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
)

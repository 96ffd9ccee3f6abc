"""A task that shares its machine's network interface."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._shared import body, pick, spelled
from modelyard.subjects.facts import TaskDefinition

# `host` has a rule for host namespaces; a task on machines outside of AWS cannot have awsvpc.
_FINE = ("awsvpc", "host", "none")


def check(task: TaskDefinition, context: Context) -> Iterator[Problem]:
    """Speaks of bridge mode, which is the default on EC2 where nothing is said."""
    mode = pick(task.definition, "networkMode")[1]
    launch = pick(task.definition, "requiresCompatibilities")[1]
    outside = isinstance(launch, list) and "EXTERNAL" in launch
    # Fargate refuses anything but awsvpc, and a function's value is not known.
    if mode in _FINE or outside or isinstance(mode, dict) or (mode is None and launch == ["FARGATE"]):
        return
    path = spelled(task.document, body(task), "networkMode")
    yield Problem(path, f"network mode {mode or 'bridge, by default'}", evidence=str(mode or ""))


RULE = Rule(
    id="task-not-awsvpc",
    level=Level.MEDIUM,
    summary="A task definition does not give its tasks a network interface of their own.",
    why="Tasks then have their machine's security groups, and can ask the machine's metadata service for its "
    "role unless somebody blocked that.",
    fix="Set networkMode to awsvpc and give the service subnets and a security group.",
    subject=TaskDefinition,
    check=check,
    source="Amazon ECS Developer Guide: Task networking options for the EC2 launch type",
)

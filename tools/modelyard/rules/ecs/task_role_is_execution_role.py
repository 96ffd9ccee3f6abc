"""One role for the model and for ECS."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._roles import identity
from modelyard.subjects.facts import TaskDefinition


def check(task: TaskDefinition, context: Context) -> Iterator[Problem]:
    """Compares the two however they are written: ARN, name, Ref, Fn::GetAtt or Fn::Sub."""
    if task.task_role is None or task.execution_role is None:
        return
    role = identity(task.task_role.value, task.document)
    if role and role == identity(task.execution_role.value, task.document):
        message = f"task role and execution role of {task.family or 'the task'} are the same"
        yield Problem(task.task_role.path, message, evidence=role)


RULE = Rule(
    id="task-role-is-execution-role",
    level=Level.HIGH,
    summary="A task definition uses one role as task role and execution role.",
    why="The model's own code can then read every secret that ECS injects and pull every image it pulls.",
    fix="Give the task a role of its own with what the model calls; keep pulling, logs and secrets in the "
    "execution role.",
    subject=TaskDefinition,
    check=check,
    source="Amazon ECS Developer Guide: Task execution IAM role, and Task IAM role",
)

"""A container whose programs may gain rights that they were not started with.

Kubernetes and compose only: ECS on Fargate cannot say it, and on EC2 only by a Docker option.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import is_run, is_windows, name_of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Silence allows it."""
    said = container.privilege_escalation
    if container.platform == "ecs" or not is_run(container) or is_windows(container):
        return
    if said is None or said.value:
        path = container.path if said is None else said.path
        yield Problem(path, f"programs of {name_of(container)} may gain privileges")


RULE = Rule(
    id="privilege-escalation-allowed",
    level=Level.MEDIUM,
    summary="Programs in a container may gain privileges.",
    why="A setuid program of the image makes root of a user who is not.",
    fix=(
        "Set allowPrivilegeEscalation: false (Kubernetes) or security_opt: [no-new-privileges:true] "
        "(compose)."
    ),
    subject=Container,
    check=check,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/ (Privilege Escalation)",
)

"""A container that is root on the host in all but name."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import name_of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """``privileged: true``, wherever a platform knows it."""
    said = container.privileged
    if said is not None and said.value:
        yield Problem(said.path, f"{name_of(container)} is privileged")


RULE = Rule(
    id="privileged",
    level=Level.CRITICAL,
    summary="A container is privileged.",
    why="It has every capability and every device of the host: leaving it takes one command.",
    fix="Take `privileged` out. What needs a GPU asks for the GPU; nothing that serves a model needs more.",
    subject=Container,
    check=check,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/ (Privileged Containers)",
)

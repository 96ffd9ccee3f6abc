"""A container that says it runs as root, in whatever spelling."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import is_root, name_of, root_in_name_only
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Numbers count as numbers (``0``, ``000``, ``0:1000``); build arguments are filled in before."""
    user = container.user
    if user is not None and is_root(user.value) and not root_in_name_only(container):
        yield Problem(user.path, f"{name_of(container)} runs as root ({user.value})", evidence=user.value)


RULE = Rule(
    id="root-user",
    level=Level.HIGH,
    summary="A container runs as root.",
    why=(
        "Who breaks into the model is root, and one weakness of the kernel or the runtime away from the host."
    ),
    fix="Name a user by a number above 0, such as 10001:10001.",
    subject=Container,
    check=check,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/ (Running as Non-root)",
)

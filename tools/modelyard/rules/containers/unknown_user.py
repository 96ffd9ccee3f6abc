"""A container of which no file says whom it runs as."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import (
    around,
    inner,
    is_root,
    is_run,
    is_unknown,
    is_windows,
    name_of,
    written,
)
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """The image decides then, and most images decide for root. SageMaker lets nobody choose.

    Kubernetes with runAsNonRoot refuses to start root, which is as good as a name.
    """
    user = container.user
    if user is not None and is_root(user.value):
        return
    if user is not None and not is_unknown(user.value):
        return
    if not (is_run(container) or container.platform == "docker") or _refuses_root(container):
        return
    said = f"whom {name_of(container)} runs as is not known"
    path = container.path if user is None else user.path
    yield Problem(path, f"{said}: {user.value}" if user is not None and user.value else said)


def _refuses_root(container: Container) -> bool:
    refuses = container.run_as_non_root
    if refuses is not None and refuses.value:
        return True
    if not is_windows(container):
        return False
    holders = (written(container), around(container))
    names = (inner(inner(one, "securityContext"), "windowsOptions").get("runAsUserName") for one in holders)
    return any(isinstance(name, str) and not is_root(name) for name in names)


RULE = Rule(
    id="unknown-user",
    level=Level.HIGH,
    summary="Nothing says whom a container runs as.",
    why="The image decides, and an image that says nothing runs as root.",
    fix=(
        "Name a user by a number above 0: USER in a Dockerfile, user in ECS and compose, runAsUser in "
        "Kubernetes."
    ),
    subject=Container,
    check=check,
    source="https://docs.docker.com/reference/dockerfile/#user",
)

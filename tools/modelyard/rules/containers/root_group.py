"""A container that is not root, but in root's group."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import around, inner, is_root, name_of, number, written
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Only what is said: ``1000:0``, or runAsGroup 0. Root itself is root-user's."""
    user = container.user
    if user is not None and is_root(user.value):
        return
    if container.platform == "kubernetes":
        path = _run_as_group(container)
    else:
        path = user.path if user is not None and _is_root_group(user.value) else None
    if path is not None:
        yield Problem(path, f"{name_of(container)} runs in root's group")


def _is_root_group(user: str) -> bool:
    group = user.partition(":")[2].strip()
    return group == "root" or number(group) == 0


def _run_as_group(container: Container) -> Path | None:
    for mapping, path in ((written(container), container.path), (around(container), container.path[:-2])):
        group = inner(mapping, "securityContext").get("runAsGroup")
        if group is not None:
            return (*path, "securityContext", "runAsGroup") if number(str(group)) == 0 else None
    return None


RULE = Rule(
    id="root-group",
    level=Level.LOW,
    summary="A container runs in the group root.",
    why="Files that root's group may write, /etc/passwd of some images among them, are open to the model.",
    fix="Name a group above 0, such as the user's own: 10001:10001.",
    subject=Container,
    check=check,
    source="CIS Docker Benchmark 4.1",
)

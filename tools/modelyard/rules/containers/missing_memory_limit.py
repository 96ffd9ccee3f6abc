"""A container that may take all the memory of its host."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import around, inner, is_run, name_of, no_amount, of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """A limit of the whole task or pod serves. Ephemeral containers of Kubernetes cannot have one."""
    if not is_run(container) or container.role == "ephemeral":
        return
    said = container.limits.get("memory")
    if said is not None and not no_amount(said.value):
        return
    if container.platform == "ecs" and not no_amount(of(around(container), "memory")):
        return
    if container.platform == "kubernetes":
        pod = inner(inner(around(container), "resources"), "limits")
        if not no_amount(pod.get("memory")):
            return
    path = container.path if said is None else said.path
    yield Problem(path, f"{name_of(container)} has no limit of memory")


RULE = Rule(
    id="missing-memory-limit",
    level=Level.MEDIUM,
    summary="A container has no limit of memory.",
    why="A leak or one huge request takes the memory of everything else on the host.",
    fix="Give it one: resources.limits.memory, memory of the task or container in ECS, mem_limit in compose.",
    subject=Container,
    check=check,
    source="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
)

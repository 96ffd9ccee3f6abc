"""A container that nothing assures of a processor, or keeps from taking all of them.

On Kubernetes a request is what is asked for, and a limit is not: a limit throttles while processors idle,
and a request already gives every container its share.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import around, inner, is_run, name_of, no_amount, of, written
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """CPU of the whole task or pod serves. Ephemeral containers of Kubernetes cannot have any."""
    if not is_run(container) or container.role == "ephemeral":
        return
    said = container.limits.get("cpu")
    if said is not None and not no_amount(said.value):
        return
    if container.platform == "ecs" and not no_amount(of(around(container), "cpu")):
        return
    if container.platform == "kubernetes" and _requests(container):
        return
    yield Problem(container.path, f"{name_of(container)} has no share of CPU")


def _requests(container: Container) -> bool:
    of_either = (written(container), around(container))
    resources = (inner(one, "resources") for one in of_either)
    return any(
        not no_amount(inner(one, kind).get("cpu")) for one in resources for kind in ("requests", "limits")
    )


RULE = Rule(
    id="missing-cpu-share",
    level=Level.LOW,
    summary="A container has no share of CPU.",
    why="A busy neighbour starves it, or it starves its neighbours.",
    fix="Give it one: resources.requests.cpu, cpu of the task or container in ECS, cpus in compose.",
    subject=Container,
    check=check,
    source="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
)

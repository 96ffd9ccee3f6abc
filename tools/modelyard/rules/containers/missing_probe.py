"""A server that nothing asks whether it still works.

Low: it is about staying up, not about breaking in. Containers that end (init containers, jobs) and sidecars
of ECS that may end serve nothing. A task definition cannot say that it is a job: one without ports is taken
for one, and so is a Dockerfile without EXPOSE. In a stack whose service has a load balancer, its target
group asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import around, is_run, name_of, of, written
from modelyard.subjects.facts import Container

_EXPOSE = re.compile(r"^[ \t]*EXPOSE\s", re.IGNORECASE | re.MULTILINE)
_HEALTHCHECK = re.compile(r"^[ \t]*HEALTHCHECK\s", re.IGNORECASE | re.MULTILINE)
_SERVING = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Rollout"}
)


def check(container: Container, context: Context) -> Iterator[Problem]:
    """On Kubernetes a container that is alone in its pod needs a readiness probe: all traffic is its own."""
    if container.role != "main" or container.sidecar or not container.workload.serves:
        return
    platform, probes = container.platform, container.probes
    if platform == "kubernetes":
        if not is_run(container) or container.workload.kind not in _SERVING:
            return
        alone = len(around(container).get("containers") or ()) == 1
        if not probes:
            yield Problem(container.path, f"{name_of(container)} has no probe")
        elif alone and "readiness" not in probes:
            yield Problem(
                container.path, f"{name_of(container)} has no readiness probe", evidence="readiness"
            )
    elif "health" not in probes and _serves(container):
        yield Problem(container.path, f"{name_of(container)} has no health check")


def _serves(container: Container) -> bool:
    if container.platform == "ecs":
        return bool(of(written(container), "portMappings")) and not _balanced(container)
    if container.platform == "compose":
        return bool(written(container).get("ports"))
    text = container.document.data
    if container.platform != "docker" or not isinstance(text, str):
        return False
    # HEALTHCHECK NONE is an answer too.
    return _EXPOSE.search(text) is not None and _HEALTHCHECK.search(text) is None


def _balanced(container: Container) -> bool:
    """Whether a service of the same stack puts a load balancer before the container."""
    data = container.document.data
    resources = data.get("Resources") if isinstance(data, dict) else None
    for resource in resources.values() if isinstance(resources, dict) else ():
        if isinstance(resource, dict) and resource.get("Type") == "AWS::ECS::Service":
            properties = resource.get("Properties")
            balancers = properties.get("LoadBalancers") if isinstance(properties, dict) else None
            for one in balancers if isinstance(balancers, list) else ():
                if isinstance(one, dict) and one.get("ContainerName") == container.name:
                    return True
    return False


RULE = Rule(
    id="missing-probe",
    level=Level.LOW,
    summary="Nothing asks a serving container whether it works.",
    why="A server that hangs keeps getting requests, and a deployment of one that never starts looks well.",
    fix=(
        "Give it a readiness and a liveness probe (Kubernetes), a healthCheck (ECS) or a healthcheck "
        "(compose)."
    ),
    subject=Container,
    check=check,
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
)

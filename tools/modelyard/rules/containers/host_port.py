"""A port of the host that leads into a container.

The facts leave out what only looks like one: the address of a task of its own (awsvpc), port 0 (any free
port behind a load balancer), and ports of compose that are bound to the loopback.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import name_of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Each at its own place. Of a container in the host's network, host-namespace says enough."""
    if not container.host_ports or any(one.value == "network" for one in container.workload.host_namespaces):
        return
    for said in container.host_ports:
        message = f"{name_of(container)} takes the host's port {said.value}"
        yield Problem(said.path, message, evidence=str(said.value))


RULE = Rule(
    id="host-port",
    level=Level.MEDIUM,
    summary="A port of the host leads straight into a container.",
    why="It goes past network policies, security groups of the task and, with Docker, the host's firewall.",
    fix="Leave hostPort out (Kubernetes), use awsvpc (ECS), or bind it: 127.0.0.1:8080:8080 (compose).",
    subject=Container,
    check=check,
    source="https://docs.docker.com/engine/network/packet-filtering-firewalls/",
)

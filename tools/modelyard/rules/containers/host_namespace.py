"""Containers that see the host's network, processes or memory as their own."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.subjects.facts import Workload

_SEES = {
    "network": "every port of the host, the metadata service and what listens on its loopback",
    "pid": "every process of the host, with its arguments and variables",
    "ipc": "the shared memory of every process of the host",
    "uts": "the host's name, and may change it",
}


def check(workload: Workload, context: Context) -> Iterator[Problem]:
    """Each namespace at its own place. Users are left out: sharing them is what Kubernetes does unasked."""
    for said in workload.host_namespaces:
        sees = _SEES.get(said.value)
        if sees is not None:
            message = f"{workload.kind} {workload.name} shares the host's {said.value}: it sees {sees}"
            yield Problem(said.path, message, evidence=said.value)


RULE = Rule(
    id="host-namespace",
    level=Level.HIGH,
    summary="Containers share a namespace of the host.",
    why="The wall between the model and everything else on the machine is taken down.",
    fix="Take it out: networkMode awsvpc in ECS, no hostNetwork, hostPID or hostIPC in Kubernetes.",
    subject=Workload,
    check=check,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/ (Host Namespaces)",
)

"""The socket of the container runtime inside a container."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._host import is_socket
from modelyard.subjects.facts import Workload


def check(workload: Workload, context: Context) -> Iterator[Problem]:
    """Docker's, containerd's, CRI-O's and Podman's, and the folders they lie in. Read-only does not help."""
    for said in workload.host_paths:
        if is_socket(said.value):
            message = f"{workload.kind} {workload.name} is given {said.value} of the host"
            yield Problem(said.path, message, evidence=said.value)


RULE = Rule(
    id="container-runtime-socket",
    level=Level.CRITICAL,
    summary="A container can give orders to the container runtime of its host.",
    why="It can start a privileged container with the host's root mounted: it is root on the host.",
    fix="Take the mount out. Images are built by the build pipeline, never by a model.",
    subject=Workload,
    check=check,
    source="CIS Docker Benchmark 5.32",
)

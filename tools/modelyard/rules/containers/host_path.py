"""Any other part of the host inside a container."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._host import is_own_file, is_sensitive, is_socket
from modelyard.subjects.facts import Workload


def check(workload: Workload, context: Context) -> Iterator[Problem]:
    """Compose may mount files of the project itself, by a relative path and read-only."""
    for said in workload.host_paths:
        if is_socket(said.value) or is_sensitive(said.value) or is_own_file(workload.document, said):
            continue
        message = f"{workload.kind} {workload.name} is given {said.value or 'a path'} of the host"
        yield Problem(said.path, message, evidence=said.value)


RULE = Rule(
    id="host-path",
    level=Level.HIGH,
    summary="A container sees a folder of its host.",
    why=(
        "What it writes there outlives it and is read by others; what others write there it reads as its own."
    ),
    fix="Take a volume of the platform: EFS, EBS or an empty folder; in compose a relative path, read-only.",
    subject=Workload,
    check=check,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/ (HostPath Volumes)",
)

"""A part of the host that holds its credentials or its system."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._host import is_sensitive, is_socket
from modelyard.subjects.facts import Workload


def check(workload: Workload, context: Context) -> Iterator[Problem]:
    """The root, system folders, homes, files of the kubelet and of the runtime. Reading them is enough."""
    for said in workload.host_paths:
        if is_sensitive(said.value) and not is_socket(said.value):
            message = f"{workload.kind} {workload.name} is given {said.value} of the host"
            yield Problem(said.path, message, evidence=said.value)


RULE = Rule(
    id="sensitive-host-path",
    level=Level.CRITICAL,
    summary="A container sees a part of its host that holds credentials or the system.",
    why=(
        "Keys of the node and of other pods lie there; who may write there is root on the host at the "
        "next boot."
    ),
    fix="Take the mount out; files that a model needs come as artifacts or volumes of the manifest.",
    subject=Workload,
    check=check,
    source="https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
)

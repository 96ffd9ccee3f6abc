"""A container that keeps the capabilities its runtime gives to everyone."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import capability, is_run, is_windows, name_of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """ALL has to be among the dropped ones: a list of single ones misses those of the next kernel."""
    if not is_run(container) or is_windows(container):
        return
    if any(capability(said.value) == "ALL" for said in container.capabilities_dropped):
        return
    yield Problem(container.path, f"{name_of(container)} does not drop ALL capabilities")


RULE = Rule(
    id="capabilities-not-dropped",
    level=Level.MEDIUM,
    summary="A container does not drop all capabilities.",
    why="Runtimes give about fourteen to every container, raw sockets and changes of owner among them.",
    fix=(
        "Drop ALL: capabilities.drop in Kubernetes, linuxParameters.capabilities.drop in ECS, cap_drop "
        "in compose."
    ),
    subject=Container,
    check=check,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/ (Capabilities)",
)

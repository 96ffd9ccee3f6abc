"""A capability that a model server has no use for."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._capabilities import HARMLESS, HOST
from modelyard.rules.containers._shared import capability, name_of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """All but NET_BIND_SERVICE; those that give away the host are dangerous-capability's."""
    for said in container.capabilities_added:
        name = capability(said.value)
        if name not in HOST and name not in HARMLESS:
            yield Problem(said.path, f"{name_of(container)} has the capability {name}", evidence=name)


RULE = Rule(
    id="added-capability",
    level=Level.HIGH,
    summary="A container has a capability beyond those of any process.",
    why=(
        "It can do what the kernel keeps from ordinary processes: sniff the network, change owners, "
        "kill others."
    ),
    fix="Take it out; only NET_BIND_SERVICE may be added, and a port above 1023 needs not even that.",
    subject=Container,
    check=check,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/ (Capabilities)",
)

"""A capability that leads out of the container."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._capabilities import HOST
from modelyard.rules.containers._shared import capability, name_of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Each of them at its own place, with or without CAP_, in any case."""
    for said in container.capabilities_added:
        name = capability(said.value)
        if name in HOST:
            yield Problem(said.path, f"{name_of(container)} has the capability {name}", evidence=name)


RULE = Rule(
    id="dangerous-capability",
    level=Level.CRITICAL,
    summary="A container has a capability that gives it the host.",
    why="With it a process can mount the host's disks, load kernel modules or read any process's memory.",
    fix="Take it out of the added capabilities; drop ALL.",
    subject=Container,
    check=check,
    source="https://man7.org/linux/man-pages/man7/capabilities.7.html",
)

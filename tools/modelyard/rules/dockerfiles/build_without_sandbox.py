"""A step of the build that runs on the build machine rather than in a container."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import flags, keyword
from modelyard.subjects.facts import Instruction

_FLAGS = (
    ("security", "insecure", "with every right"),
    ("network", "host", "on the network of the build machine"),
)


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """``RUN --security=insecure`` and ``RUN --network=host``."""
    if keyword(instruction) != "RUN":
        return
    for name, value, how in _FLAGS:
        if value in map(str.lower, flags(instruction, name)):
            yield Problem(instruction.path, f"RUN --{name}={value} runs {how}", evidence=f"{name}={value}")


RULE = Rule(
    id="build-without-sandbox",
    level=Level.HIGH,
    summary="A step of the build leaves its sandbox.",
    why=(
        "A package's install script reaches the build machine, its credentials and what listens on its "
        "loopback."
    ),
    fix="Take the flag out; fetch what the step needs in an instruction of its own.",
    subject=Instruction,
    check=check,
    source="https://docs.docker.com/reference/dockerfile/#run---security",
)

"""The whole folder copied into the image."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import copied, flags
from modelyard.subjects.facts import Instruction

_EVERYTHING = frozenset({".", "./", "*", "./*", "/", "/*", "**", "./.", "..", "../", "/.", "./**", ".*"})


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """From the build context only: what an earlier stage holds was chosen there."""
    sources, _ = copied(instruction)
    if flags(instruction, "from"):
        return
    for source in sources:
        if source in _EVERYTHING:
            yield Problem(
                instruction.path, f"{instruction.keyword} {source} takes everything beside the Dockerfile"
            )


RULE = Rule(
    id="copy-of-everything",
    level=Level.MEDIUM,
    summary="The whole build context is copied into the image.",
    why="Whatever lies there goes along: .env files, .git with its history, keys, weights.",
    fix="Name what the image needs: COPY src/ /app/. A .dockerignore only helps against what it thinks of.",
    subject=Instruction,
    check=check,
    source="https://docs.docker.com/build/building/best-practices/#exclude-with-dockerignore",
)

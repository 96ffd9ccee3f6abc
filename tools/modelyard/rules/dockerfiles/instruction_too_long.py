"""An instruction that is longer than anyone reads, and than the other rules look at."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import LONGEST
from modelyard.subjects.facts import Instruction


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """Counts what is written, after variables are filled in, and here-documents."""
    written = max(len(instruction.arguments), len(instruction.resolved))
    length = written + sum(map(len, instruction.heredocs))
    if length > LONGEST // 2:
        message = f"{instruction.keyword} is {length} characters long"
        yield Problem(instruction.path, message, evidence=instruction.keyword)


RULE = Rule(
    id="instruction-too-long",
    level=Level.HIGH,
    summary="An instruction of a Dockerfile is too long to be judged.",
    why="What stands behind thousands of characters is seen neither by a reviewer nor by the rules.",
    fix="Put the script into a file of its own and run it.",
    subject=Instruction,
    check=check,
    source="tools/modelyard/rules/dockerfiles",
)

"""A script from the network that is carried out as it comes in."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._commands import PIPED
from modelyard.rules.dockerfiles._shared import shell
from modelyard.subjects.facts import Instruction


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """``curl ... | sh``, ``bash <(curl ...)``, ``sh -c "$(curl ...)"`` and their like."""
    if PIPED.search(shell(instruction)):
        yield Problem(instruction.path, "a downloaded script is run without having been looked at")


RULE = Rule(
    id="pipe-to-shell",
    level=Level.HIGH,
    summary="A RUN pipes a download into a shell.",
    why=(
        "The server, or who is between, decides what is run as root in every build, and may decide "
        "otherwise each time."
    ),
    fix="Download to a file, compare its sha256 in the same RUN, then run the file.",
    subject=Instruction,
    check=check,
    source="CIS Docker Benchmark 4.11",
)

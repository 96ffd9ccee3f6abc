"""Files that everybody may write, or that run as their owner."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._shared import flags, keyword, shell
from modelyard.subjects.facts import Instruction

_COMMAND = re.compile(r"\b(?:chmod|install|mkdir)\s([^;&|\n]*)")
_OCTAL = re.compile(r"(?:^|[\s=])(?:-m\s*|--mode=)?([0-7]{3,5})(?=\s|$)")
_SYMBOLIC = re.compile(r"(?:^|[\s,=])(?:(?:u|ug|a|ugo)?\+[rwx]*s|[ug]*(?:a|o)[ugo]*[+=][rx]*w|u=[rwx]*s)")


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """World-writable without the sticky bit, and setuid: of chmod, install, mkdir and of COPY --chmod.

    setgid is left out: on folders, where nearly all of it stands, it only hands down the group.
    """
    if keyword(instruction) in ("COPY", "ADD"):
        modes = flags(instruction, "chmod")
    else:
        modes = [match[1] for match in _COMMAND.finditer(shell(instruction))]
    for said in modes:
        mode = _open(said)
        if mode:
            yield Problem(instruction.path, f"the mode {mode} is too open", evidence=mode)
            return


def _open(said: str) -> str:
    for match in _OCTAL.finditer(said):
        bits = int(match[1], 8)
        if bits & 0o4000 or (bits & 0o0002 and not bits & 0o1000):
            return match[1]
    symbolic = _SYMBOLIC.search(said)
    return symbolic[0].strip(" ,=") if symbolic else ""


RULE = Rule(
    id="open-file-mode",
    level=Level.MEDIUM,
    summary="Files of the image may be written by everybody, or run as their owner.",
    why="Who breaks into the model can change its program, or become root by a setuid file.",
    fix="Give what the user needs and no more: COPY --chown=10001:10001, or chmod 755.",
    subject=Instruction,
    check=check,
    source="CIS Docker Benchmark 4.8",
)

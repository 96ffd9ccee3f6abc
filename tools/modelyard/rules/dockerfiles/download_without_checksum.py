"""Something from the network, a model above all, that nothing is compared with."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.dockerfiles._commands import COMMIT, DOWNLOAD, GIT_CLONE, PIPED, VERIFIED, first_line
from modelyard.rules.dockerfiles._shared import shell
from modelyard.subjects.facts import Instruction


def check(instruction: Instruction, context: Context) -> Iterator[Problem]:
    """The comparison has to stand in the same RUN: a later one comes after a cached layer.

    A full commit is as good as a checksum for git and model hubs. What is piped into a shell is
    pipe-to-shell's.
    """
    script = shell(instruction)
    if not script or VERIFIED.search(script):
        return
    rest = PIPED.sub(" ", script)
    if COMMIT.search(rest):
        found = None if GIT_CLONE.search(rest) or "revision" in rest else DOWNLOAD.search(rest)
    else:
        found = DOWNLOAD.search(rest) or GIT_CLONE.search(rest)
    if found is not None:
        command = first_line(found[0].lstrip(";|&({`$ \n") or found[0])
        yield Problem(instruction.path, f"what `{command}` brings in is compared with nothing")


RULE = Rule(
    id="download-without-checksum",
    level=Level.HIGH,
    summary="A RUN downloads something and does not verify it.",
    why="A changed file on the server, a model's weights or a program, goes into the image unseen.",
    fix=(
        "Compare it in the same RUN: echo '<sha256>  file' | sha256sum -c -; for git and model hubs "
        "name the full commit."
    ),
    subject=Instruction,
    check=check,
    source="https://docs.docker.com/build/building/best-practices/",
)

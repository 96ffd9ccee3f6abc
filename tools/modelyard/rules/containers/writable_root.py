"""A container that can change its own program."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.containers._shared import is_run, is_windows, name_of
from modelyard.subjects.facts import Container


def check(container: Container, context: Context) -> Iterator[Problem]:
    """Silence means writable on every platform that can say it. Windows cannot."""
    said = container.read_only_root
    if not is_run(container) or (said is not None and said.value) or is_windows(container):
        return
    path = container.path if said is None else said.path
    yield Problem(path, f"the root file system of {name_of(container)} can be written")


RULE = Rule(
    id="writable-root",
    level=Level.MEDIUM,
    summary="The root file system of a container can be written.",
    why="Who breaks in can change the program and leave tools behind.",
    fix="Set readOnlyRootFilesystem (ECS: readonlyRootFilesystem, compose: read_only) and mount /tmp.",
    subject=Container,
    check=check,
    source="CIS Docker Benchmark 5.13",
)

"""An entry point that a shell stands in front of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.subjects.facts import Dockerfile

# A shell that is replaced by what it starts is gone when the signal comes.
_REPLACED = re.compile(r"\s*(?:\w+=\S*\s+)*exec\s")


def check(dockerfile: Dockerfile, context: Context) -> Iterator[Problem]:
    """Of the last stage, and of CMD only where no ENTRYPOINT makes arguments of it."""
    last = {one.keyword: one for one in dockerfile.final() if one.keyword in ("ENTRYPOINT", "CMD")}
    one = last.get("ENTRYPOINT") or last.get("CMD")
    if one is None or one.exec_form is not None or not one.arguments.strip():
        return
    if not _REPLACED.match(one.arguments):
        yield Problem(one.path, f"{one.keyword} is started by a shell, which keeps SIGTERM to itself")


RULE = Rule(
    id="shell-form-entrypoint",
    level=Level.LOW,
    summary="The program is started through a shell.",
    why=(
        "It never hears that it should stop: requests are cut off at every deployment, and variables "
        "are expanded."
    ),
    fix='Write it as a list: ENTRYPOINT ["python", "/app/server.py"].',
    subject=Dockerfile,
    check=check,
    source="https://docs.docker.com/reference/build-checks/json-args-recommended/",
)

"""A Dockerfile that is read by a program of somebody's choosing.

The first comment ``# syntax=`` names an image that BuildKit pulls and runs to read the file. Without a
digest it is whatever the tag is that day; from anywhere but docker/dockerfile it may do with the build what
it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.subjects.facts import Dockerfile

_DIRECTIVE = re.compile(r"(?:#|//)\s*(\w+)\s*=\s*(\S.*?)\s*", re.ASCII)
_PINNED = re.compile(
    r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?::[\w.-]+)?@sha256:[0-9a-f]{64}", re.ASCII
)


def check(dockerfile: Dockerfile, context: Context) -> Iterator[Problem]:
    """Directives stand before everything else; the first other line ends them."""
    text = dockerfile.document.data
    if not isinstance(text, str) or "syntax" not in text[:2000].lower():
        return
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        if number == 1 and line.startswith("#!"):
            continue
        directive = _DIRECTIVE.fullmatch(line.strip())
        if directive is None:
            return
        if directive[1].lower() == "syntax":
            if not _PINNED.fullmatch(directive[2]):
                message = f"{directive[2]} is not docker/dockerfile by its digest"
                yield Problem((number,), message, evidence=directive[2])
            return


RULE = Rule(
    id="foreign-build-frontend",
    level=Level.HIGH,
    summary="The image that reads the Dockerfile is not pinned, or not Docker's.",
    why=(
        "It is pulled and run in every build, sees every secret of it and decides what the instructions mean."
    ),
    fix="Leave `# syntax=` out, or name docker/dockerfile@sha256:...",
    subject=Dockerfile,
    check=check,
    source="https://docs.docker.com/build/buildkit/frontend/",
)

"""An image that nobody can name from the file: an argument without default, a parameter, a placeholder."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import known
from modelyard.subjects.facts import ImageUse


def check(use: ImageUse, context: Context) -> Iterator[Problem]:
    """Speaks where the reference is filled in by whoever builds or deploys."""
    if known(use):
        return
    yield Problem(
        use.path, f"which image this is cannot be known: {use.written or 'none'}", evidence=use.written
    )


RULE = Rule(
    id="image-of-unknown-reference",
    level=Level.HIGH,
    summary="Which image is used is decided outside the file.",
    why="What a build argument or a parameter names is not reviewed, and no rule can look at it.",
    fix="Write the image with its digest, or give the argument a default that has one.",
    subject=ImageUse,
    check=check,
    source="https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact",
)

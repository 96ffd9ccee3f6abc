"""An approved image whose maker no longer mends it."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import base_of, shown
from modelyard.subjects.facts import ImageUse


def check(use: ImageUse, context: Context) -> Iterator[Problem]:
    """The last day of support is still supported. Judged where it is used, like base-too-old."""
    base = base_of(use, context)
    if base is None or base.supported_until is None:
        return
    if base.supported_until < context.now.date():
        message = f"support of {shown(base)} ended on {base.supported_until}"
        yield Problem(use.path, message, evidence=base.digest)


RULE = Rule(
    id="base-out-of-support",
    level=Level.HIGH,
    summary="A base image is past the end of its support.",
    why="Weaknesses found from now on stay open: no new build of it will mend them.",
    fix=(
        "Move to a supported version in the manifest's image.build.base, and retire the entry of the "
        "catalogue."
    ),
    subject=ImageUse,
    check=check,
    source="Dockerfiles/base-images.yaml (supportedUntil)",
)

"""An approved image whose date of creation lies ahead: its age cannot be judged.

Where the image is used; catalogue-date-impossible says the same of the catalogue's own line. Both, because
a run over one model does not look at the catalogue's file, and must not pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import base_of, shown, today
from modelyard.subjects.facts import ImageUse


def check(use: ImageUse, context: Context) -> Iterator[Problem]:
    """Dates are days in UTC; five minutes are granted to clocks that differ."""
    base = base_of(use, context)
    if base is not None and base.created is not None and base.created > today(context):
        message = f"{shown(base)} says that it was made on {base.created}, which is still to come"
        yield Problem(use.path, message, evidence=base.digest)


RULE = Rule(
    id="base-created-in-future",
    level=Level.HIGH,
    summary="A base image says that it was made in the future.",
    why="A date ahead keeps the image young for ever: the limit on its age never strikes.",
    fix=(
        "Run `tools/bases check`, and write the date that the registry gives into "
        "Dockerfiles/base-images.yaml."
    ),
    subject=ImageUse,
    check=check,
    source="https://github.com/opencontainers/image-spec/blob/main/config.md (created)",
)

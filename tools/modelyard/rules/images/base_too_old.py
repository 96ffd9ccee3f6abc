"""An approved image that is older than the environment allows.

Judged where it is used, since the age that is allowed is the environment's: FROM of a Dockerfile (which
serves every environment, so the strictest counts) and containers that run an image of the catalogue. The
catalogue's own file is judged by catalogue-entry-stale, which is low: what nothing uses must not block.
The evidence is the digest, so that a report can show one mend for many uses.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import base_of, shown, today
from modelyard.subjects.facts import ImageUse


def check(use: ImageUse, context: Context) -> Iterator[Problem]:
    """Compares whole days; an image of exactly the highest age is still well."""
    base = base_of(use, context)
    if base is None or base.created is None:
        return
    allowed = context.policy(use.document.place).max_base_age_days
    age = (today(context) - base.created).days
    if allowed is not None and age > allowed:
        message = f"{shown(base)} was made {age} days ago, on {base.created}; {allowed} days are allowed"
        yield Problem(use.path, message, evidence=base.digest)


RULE = Rule(
    id="base-too-old",
    level=Level.HIGH,
    summary="A base image is older than the environment allows.",
    why="Its packages lack the security updates since then, and scanners know only what was published.",
    fix="Run `tools/bases bump`, then `tools/render`, and rebuild.",
    subject=ImageUse,
    check=check,
    source="policy/gate.yaml",
)

"""An approved image of which nobody knows how old it is.

Said once, of its entry in the catalogue, where it is mended: the age that every use of it is held against
is missing there. An environment that refuses such images refuses them whoever uses them.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.images._shared import day
from modelyard.subjects.facts import CatalogueEntry


def check(entry: CatalogueEntry, context: Context) -> Iterator[Problem]:
    """Silent where every environment's policy allows it. An unknown end of support alone is no problem."""
    if day(entry.entry.get("created")) is not None:
        return
    refusing = sorted(name for name, one in context.policies.items() if not one.allow_unknown_base_dates)
    if context.policies and not refusing:
        return
    where = f", and {', '.join(refusing)} want to know" if refusing else ""
    path = (*entry.path, "created") if "created" in entry.entry else entry.path
    yield Problem(path, f"nobody knows when {entry.key} was made{where}", evidence=_digest(entry))


def _digest(entry: CatalogueEntry) -> str:
    """What a waiver is bound to: it ends when another image takes the place of this one."""
    digest = entry.entry.get("digest")
    return digest if isinstance(digest, str) else ""


RULE = Rule(
    id="base-of-unknown-date",
    level=Level.MEDIUM,
    summary="The age of a base image is not known.",
    why="The limit on its age cannot be held against it, so it may be years old.",
    fix="Run `tools/bases bump`: it asks the registry and writes `created`.",
    subject=CatalogueEntry,
    check=check,
    source="policy/gate.yaml",
)

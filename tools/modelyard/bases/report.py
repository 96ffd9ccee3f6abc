"""What was found, for people and for programs. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelyard.bases.check import Clock, age, short
from modelyard.bases.look import Look
from modelyard.bases.proposal import Outcome, body, branch, message, title
from modelyard.bases.survey import Survey
from modelyard.findings import Finding


def table(surveys: Sequence[Survey], clock: Clock, counts: Sequence[int]) -> str:
    """One line for each entry: what is recorded, how old it is, and how many findings it has."""
    rows = [("KEY", "TAG", "DIGEST", "MADE", "AGE", "SUPPORTED UNTIL", "")]
    for one, count in zip(surveys, counts, strict=True):
        image, days = one.entry.image, age(one, clock)
        rows.append(
            (
                one.entry.key,
                image.tag,
                short(image.digest),
                _made(one),
                "unknown" if days is None else f"{days} days",
                image.supported_until,
                f"{count} to act on" if count else "up to date",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )


def check_document(surveys: Sequence[Survey], clock: Clock, findings: list[Finding]) -> dict[str, Any]:
    """The report of a check: that of findings, and ``bases`` with one object for each entry.

    ``recorded`` is what the catalogue says; ``made``, ``architectures`` and ``kind`` what the registry says
    of the recorded digest; ``tagDigest`` and ``tagMade`` of the digest that the tag points to. What nobody
    answered is null.
    """
    return {**_findings(findings), "bases": [_base(one, clock) for one in surveys]}


def bump_document(outcome: Outcome) -> dict[str, Any]:
    """The report of a bump. ``branch``, ``title``, ``message`` and ``body`` are null where nothing is new."""
    bumps = outcome.bumps
    return {
        **_findings(list(outcome.findings)),
        "bumped": [
            {
                "key": one.entry.key,
                "tag": one.entry.image.tag,
                "digest": {"from": one.entry.image.digest, "to": one.look.digest},
                "created": {"from": one.entry.image.created, "to": one.look.created.date},
                "dockerfiles": list(outcome.dockerfiles.get(one.entry.key, ())),
            }
            for one in bumps
        ],
        "rendered": dict(sorted(outcome.rendered.items())),
        "branch": branch(bumps) if bumps else None,
        "title": title(bumps) if bumps else None,
        "message": message(bumps) if bumps else None,
        "body": body(outcome) if bumps else None,
    }


def _base(one: Survey, clock: Clock) -> dict[str, Any]:
    image = one.entry.image
    pinned = one.pinned if isinstance(one.pinned, Look) else None
    current = one.current if isinstance(one.current, Look) else None
    return {
        "key": one.entry.key,
        "repository": image.repository,
        "tag": image.tag,
        "digest": image.digest,
        "recorded": {
            "created": image.created,
            "supportedUntil": image.supported_until,
            "architectures": list(image.architectures),
        },
        "kind": pinned and pinned.kind,
        "architectures": pinned and list(pinned.architectures),
        "made": _instant(pinned),
        "ageDays": age(one, clock),
        "tagDigest": one.tag if isinstance(one.tag, str) else None,
        "tagMade": _instant(current),
    }


def _instant(look: Look | None) -> str | None:
    if look is None or look.created.moment is None:
        return None
    return f"{look.created.moment:%Y-%m-%dT%H:%M:%SZ}"


def _made(one: Survey) -> str:
    said = one.pinned.created.date if isinstance(one.pinned, Look) else "unknown"
    return said if said != "unknown" else one.entry.image.created


def _findings(findings: list[Finding]) -> dict[str, Any]:
    import json

    from modelyard.findings.json_report import render
    from modelyard.findings.report import in_order

    document = json.loads(render(in_order(findings)))
    assert isinstance(document, dict)
    return document

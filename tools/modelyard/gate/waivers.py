"""Waivers laid over detections: exactly one thing each, owned, reasoned, and not for ever."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence

from modelyard.detections import Detection, Level
from modelyard.findings import Location
from modelyard.gate.policy import PlacedWaiver
from modelyard.gate.rule_infos import TOOL
from modelyard.spec.policy import Waiver

# What says that nobody knows: to let it pass would be to let pass whatever was not seen.
_NEVER = (
    "scanner-",
    "waiver-",
    "unreadable-",
    "malformed-",
    "policy-",
    "vulnerability-database-",
    "image-not-understood",
    "packages-not-judged",
    "pss-readable-pod",
    "cache-in-repository",
)
WHY_NEVER = "it says that something is broken or was not looked at: mend that"
_FIX = "write it with tools/waive, which fills in what binds it"


def is_waivable(tool: str, rule: str) -> bool:
    """Whether a detection of this rule may be waived at all.

    What reading, validating and rendering say is no rule's: a file with a syntax error may hold anything.
    """
    if rule.startswith(_NEVER) and not rule.startswith("scanner-configuration"):
        return False
    return tool != TOOL or rule in _ours()


@functools.cache
def _ours() -> frozenset[str]:
    from modelyard.gate.rule_infos import known_rules

    return frozenset(rule.id for rule in known_rules())


def apply_waivers(
    detections: Iterable[Detection],
    waivers: Sequence[PlacedWaiver],
    now: datetime.datetime,
    max_days: int,
    owners: frozenset[str],
    was_asked: Callable[[Waiver], bool],
) -> list[Detection]:
    """The detections, those covered marked with their ticket, and what is wrong with the waivers themselves.

    ``owners`` are the known teams; none are known where it is empty. ``was_asked`` tells whether this run
    could have found what a waiver is for: one that covered nothing then is unused.
    """
    tickets: dict[str, str] = {}
    problems: list[Detection] = []
    for placed in waivers:
        found = list(_wrong(placed, now, max_days, owners, tickets))
        problems += found
        if not found:
            tickets[placed.waiver.fingerprint] = placed.waiver.ticket
    used: set[str] = set()
    result = []
    for detection in detections:
        ticket = tickets.get(detection.fingerprint)
        if ticket is not None and is_waivable(detection.tool, detection.rule):
            used.add(detection.fingerprint)
            detection = detection.waived(ticket)
        result.append(detection)
    problems += _unused(waivers, tickets.keys() - used, was_asked)
    return result + problems


def fingerprint_of(waiver: Waiver) -> str:
    """The fingerprint of the detection that the waiver's other fields describe."""
    return Detection(
        waiver.rule,
        waiver.tool,
        Level.LOW,
        Location(waiver.file),
        "",
        resource=waiver.resource,
        evidence=waiver.evidence,
    ).fingerprint


def _wrong(
    placed: PlacedWaiver,
    now: datetime.datetime,
    max_days: int,
    owners: frozenset[str],
    tickets: dict[str, str],
) -> Iterator[Detection]:
    waiver, today = placed.waiver, now.date()
    if waiver.fingerprint != fingerprint_of(waiver):
        message = "its fingerprint is not that of its rule, file, resource and evidence"
        yield _problem("waiver-mismatch", placed, message, _FIX)
    if not is_waivable(waiver.tool, waiver.rule):
        message = f"{waiver.rule} cannot be waived: {WHY_NEVER}"
        yield _problem("waiver-of-a-failure", placed, message, "mend the cause, and remove the waiver")
    if waiver.fingerprint in tickets:
        yield _problem("waiver-duplicate", placed, "another waiver covers the same thing", "keep one of them")
    try:
        expires = datetime.date.fromisoformat(waiver.expires)
    except ValueError:
        yield _problem("waiver-expired", placed, f"{waiver.expires} is no day of any month", "correct it")
        return
    if expires < today:
        message = f"it expired on {waiver.expires}, and covers nothing since"
        yield _problem("waiver-expired", placed, message, "mend what it covered, or have it renewed")
    elif expires > today + datetime.timedelta(days=max_days):
        message = f"it lasts until {waiver.expires}, and the policy allows {max_days} days from today"
        latest = today + datetime.timedelta(days=max_days)
        yield _problem("waiver-too-long", placed, message, f"let it end by {latest.isoformat()}")
    if owners and waiver.owner not in owners:
        message = f"its owner {waiver.owner} owns nothing in CODEOWNERS, so nobody answers for it"
        yield _problem("waiver-without-owner", placed, message, "name a team of CODEOWNERS, without @org/")


def _unused(
    waivers: Sequence[PlacedWaiver], idle: Iterable[str], was_asked: Callable[[Waiver], bool]
) -> Iterator[Detection]:
    unused = set(idle)
    for placed in waivers:
        if placed.waiver.fingerprint in unused and was_asked(placed.waiver):
            message = "it covers nothing: what it was for is gone, or has changed"
            yield _problem("waiver-unused", placed, message, "remove it")


def _problem(rule: str, placed: PlacedWaiver, message: str, hint: str) -> Detection:
    waiver = placed.waiver
    about = f"the waiver of {waiver.rule} in {waiver.file}: {message}"
    return Detection(rule, TOOL, Level.HIGH, placed.location, about, hint, evidence=waiver.fingerprint)

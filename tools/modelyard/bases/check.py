"""What somebody must act on: where the catalogue and the registries no longer say the same."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.bases.catalogue import Entry
from modelyard.bases.dates import age_in_days, day
from modelyard.bases.look import Look
from modelyard.bases.survey import Survey
from modelyard.findings import Finding, Location
from modelyard.oci.errors import NotFound, RegistryError

SOON = 30  # days
SKEW = datetime.timedelta(minutes=5)
BUMP = "run `tools/bases bump {key}`, and review which Dockerfiles change"


@dataclass(frozen=True)
class Clock:
    """The instant that ages are counted to, and how far other clocks may be ahead of it."""

    now: datetime.datetime
    skew: datetime.timedelta = SKEW

    def ahead(self, moment: datetime.datetime) -> bool:
        """Whether something says to be made later than any honest clock can say now."""
        return moment > self.now + self.skew


def check(survey: Survey, clock: Clock) -> Iterator[Finding]:
    """Every finding of one entry. All are errors: each needs somebody, and a lookup that failed does too."""
    yield from _digest(survey)
    yield from _tag(survey)
    yield from _facts(survey)
    yield from _future(survey, clock)
    yield from _support(survey.entry, clock)


def failed(entry: Entry, where: Location, error: RegistryError) -> Finding:
    """The finding for a lookup without an answer."""
    return Finding("base-lookup-failed", where, f"{entry.key}: {error} [{error.kind}]", error.hint)


def short(digest: str) -> str:
    """Enough of a digest for people to tell two apart."""
    return digest[: len("sha256:") + 12]


def _digest(survey: Survey) -> Iterator[Finding]:
    entry, pinned = survey.entry, survey.pinned
    if isinstance(pinned, NotFound):
        message = f"{entry.key}: {entry.image.repository} no longer has this digest: nothing can build on it"
        yield Finding("base-digest-gone", entry.at("digest"), message, BUMP.format(key=entry.key))
    elif isinstance(pinned, RegistryError):
        yield failed(entry, entry.at("digest"), pinned)


def _tag(survey: Survey) -> Iterator[Finding]:
    entry, tag = survey.entry, survey.tag
    where = entry.at("tag")
    if isinstance(tag, NotFound):
        message = f"{entry.key}: {entry.image.repository} no longer has the tag {entry.image.tag}"
        hint = "choose a tag that is still kept up, and change tag, digest and created"
        yield Finding("base-tag-gone", where, message, hint)
    elif isinstance(tag, RegistryError):
        if tag is not survey.pinned:
            yield failed(entry, where, tag)
    elif survey.moved:
        message = f"{entry.key}: the tag {entry.image.tag} is {short(tag)} now{_dates(survey)}"
        yield Finding("base-tag-moved", where, message, BUMP.format(key=entry.key))
        if isinstance(survey.current, RegistryError):
            yield failed(entry, where, survey.current)


def _dates(survey: Survey) -> str:
    new = survey.current.created.date if isinstance(survey.current, Look) else "unknown"
    old = _old_date(survey)
    return f" (made: {new}; the recorded digest: {old})"


def _old_date(survey: Survey) -> str:
    said = survey.pinned.created.date if isinstance(survey.pinned, Look) else "unknown"
    return said if said != "unknown" else survey.entry.image.created


def _facts(survey: Survey) -> Iterator[Finding]:
    entry, pinned = survey.entry, survey.pinned
    if not isinstance(pinned, Look):
        return
    said = pinned.created.date
    if said not in ("unknown", entry.image.created):
        message = f"{entry.key}: recorded as made {entry.image.created}; {pinned.created.source} says {said}"
        hint = f"run `tools/bases bump {entry.key}`, or write created: {said}"
        yield Finding("base-created-differs", entry.at("created", "digest"), message, hint)
    if set(pinned.architectures) != set(entry.image.architectures):
        has = ", ".join(pinned.architectures) or "neither amd64 nor arm64"
        message = (
            f"{entry.key}: recorded for {', '.join(sorted(entry.image.architectures))}; the digest has {has}"
        )
        hint = f"write architectures: [{', '.join(pinned.architectures)}], or take another digest"
        yield Finding("base-architectures-differ", entry.at("architectures"), message, hint)


def _future(survey: Survey, clock: Clock) -> Iterator[Finding]:
    entry = survey.entry
    hint = "find out who made it and whose clock is wrong before anything builds on it"
    for one, where in ((survey.pinned, entry.at("created", "digest")), (survey.current, entry.at("tag"))):
        if isinstance(one, Look) and one.created.moment is not None and clock.ahead(one.created.moment):
            message = (
                f"{entry.key}: {short(one.digest)} says to be made {one.created.moment:%Y-%m-%dT%H:%M:%SZ}"
            )
            yield Finding("base-created-in-future", where, f"{message}, which is not yet", hint)
        if not survey.moved:
            break
    recorded = day(entry.image.created)
    if recorded is not None and recorded > (clock.now + clock.skew).date():
        message = f"{entry.key}: recorded as made {recorded.isoformat()}, which is not yet"
        yield Finding("base-created-in-future", entry.at("created"), message, f"correct it: {hint}")


def _support(entry: Entry, clock: Clock) -> Iterator[Finding]:
    last = day(entry.image.supported_until)
    if last is None:
        return
    # The last day itself is supported, to its end.
    left = (last - clock.now.date()).days
    where = entry.at("supportedUntil")
    if left < 0:
        message = f"{entry.key}: its maker's support ended {last.isoformat()}, {-left} days ago"
        yield Finding(
            "base-support-ended", where, message, "move the models that build on it to another base"
        )
    elif left <= SOON:
        message = f"{entry.key}: its maker's support ends {last.isoformat()}, in {left} days"
        hint = "add its successor, and move the models that build on it"
        yield Finding("base-support-ends-soon", where, message, hint)


def age(survey: Survey, clock: Clock) -> int | None:
    """Days since the recorded digest was made: by its registry's word, else by the catalogue's."""
    if isinstance(survey.pinned, Look) and survey.pinned.created.moment is not None:
        return age_in_days(survey.pinned.created.moment, clock.now)
    recorded = day(survey.entry.image.created)
    return None if recorded is None else (clock.now.date() - recorded).days

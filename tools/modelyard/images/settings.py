"""Our own rules on how an image is configured: what it says of itself, not what is in its layers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping

from modelyard.detections import Detection, Level
from modelyard.images.demand import Demand
from modelyard.images.image import Image, shown
from modelyard.images.place import of_image
from modelyard.spec.catalogue import BaseImage

_BASE = "org.opencontainers.image.base.digest"
_SKEW = datetime.timedelta(minutes=5)  # by which clocks differ
_USER = re.compile(r"(?P<user>[^:]*)(?::(?P<group>[^:]*))?")
_ROOT = re.compile(r"(?:root|0+)?", re.ASCII)


def detections(
    image: Image, demand: Demand, bases: Mapping[str, BaseImage], now: datetime.datetime
) -> Iterator[Detection]:
    """``bases`` are the approved ones by digest, ``now`` is in UTC."""
    yield from _user(image)
    yield from _age(image, demand, now)
    yield from _base(image, demand, bases, now)


def _user(image: Image) -> Iterator[Detection]:
    said = image.settings.get("User") or ""
    found = _USER.fullmatch(said) if isinstance(said, str) else None
    if found is None or _ROOT.fullmatch(found["user"]):
        who = f"as {shown(said)}" if said else "as root, for it names no user"
        hint = "end the Dockerfile with USER and a number, as in USER 10001:10001"
        yield of_image(image, "image-runs-as-root", Level.HIGH, f"the image runs {who}", hint)
    elif not re.fullmatch(r"[0-9]+", found["user"], re.ASCII):
        message = f"the image runs as {shown(found['user'])}, and a name may stand for root"
        hint = "name the user by number: Kubernetes refuses a name where runAsNonRoot is set"
        yield of_image(image, "image-user-by-name", Level.MEDIUM, message, hint)
    elif found["group"] and _ROOT.fullmatch(found["group"]):
        hint = "give the user a group of its own: USER 10001:10001"
        yield of_image(image, "image-root-group", Level.LOW, "the image runs in the group of root", hint)


def _age(image: Image, demand: Demand, now: datetime.datetime) -> Iterator[Detection]:
    created = _instant(image.config.created)
    again = "build the image again, on a fresh base (tools/bases check)"
    if created is None:
        if not demand.allow_unknown_dates:
            message = "the image does not say when it was made, so nobody knows how old it is"
            yield of_image(image, "image-of-unknown-date", Level.MEDIUM, message, again)
        return
    day = f"{created:%Y-%m-%d}"
    if created > now + _SKEW:
        message = f"the image says that it was made on {day}, which is still to come"
        yield of_image(image, "image-created-in-future", Level.HIGH, message, again)
    elif now - created > datetime.timedelta(days=demand.max_age_days):
        message = f"the image is of {day}; {demand.named} allows {demand.max_age_days} days"
        yield of_image(image, "image-too-old", Level.HIGH, message, again)


def _base(
    image: Image, demand: Demand, bases: Mapping[str, BaseImage], now: datetime.datetime
) -> Iterator[Detection]:
    digest = image.config.labels.get(_BASE, "")
    bump = "put a newer one into the catalogue (tools/bases bump), then build the image again"
    if not digest:
        message = f"the image does not say what it was built on: it has no label {_BASE}"
        hint = "build it from the rendered Dockerfile, which sets the label"
        yield of_image(image, "image-base-unknown", Level.HIGH, message, hint)
    elif (base := bases.get(digest)) is None:
        message = f"the image was built on {shown(digest)}, which is not in the catalogue"
        hint = "build it again, on a base of Dockerfiles/base-images.yaml"
        yield of_image(image, "image-base-not-in-catalogue", Level.HIGH, message, hint)
    else:
        made, until = _instant(base.created), _instant(base.supported_until)
        if made is not None and now - made > datetime.timedelta(days=demand.max_age_days):
            message = f"its base is of {base.created}; {demand.named} allows {demand.max_age_days} days"
            yield of_image(image, "image-base-too-old", Level.HIGH, message, bump)
        if until is not None and until.date() < now.date():
            message = f"nobody supports its base {base.repository}:{base.tag} since {base.supported_until}"
            yield of_image(image, "image-base-out-of-support", Level.HIGH, message, bump)


def _instant(text: str) -> datetime.datetime | None:
    """A moment in UTC; None where the text is none, or leaves open which one."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        # A day of the catalogue begins in UTC; a time of day without a zone may be any.
        return found.replace(tzinfo=datetime.UTC) if len(text) == 10 else None
    try:
        return found.astimezone(datetime.UTC)
    except OverflowError:
        return None

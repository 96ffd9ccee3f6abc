"""How detections name a place in an image, and what binds them to this very image."""

from __future__ import annotations

from modelyard.detections import Detection, Level
from modelyard.findings import Location
from modelyard.images.image import Image, shown

OURS = "modelyard"
_LONGEST = 400  # characters of a resource: a waiver has to hold it


def of_image(
    image: Image,
    rule: str,
    level: Level,
    message: str,
    hint: str,
    *,
    tool: str = OURS,
    resource: str = "",
    mark: str = "",
) -> Detection:
    """A detection in an image. ``mark`` tells it from others of the same rule and resource.

    The image's digest is part of its evidence: a waiver ends with the image that it was given for.
    """
    return Detection(
        rule=rule,
        tool=tool,
        level=level,
        location=location(image.name),
        message=message,
        hint=hint,
        resource=_bounded(resource),
        evidence=f"{image.digest} {_digest(mark)}" if mark else image.digest,
    )


def location(name: str) -> Location:
    """The place of an image in reports: it is in no file of the repository."""
    return Location(f"image:{shown(name)}")


def _bounded(resource: str) -> str:
    plain = shown_whole(resource)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}… {_digest(plain)}"


def shown_whole(text: str) -> str:
    """On one line, and without characters that are not for printing."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

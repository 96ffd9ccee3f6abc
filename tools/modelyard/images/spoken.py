"""Secrets in what an image says of itself: variables, labels, commands, and how it was built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modelyard.detections import Detection, Level
from modelyard.images.image import Image
from modelyard.images.place import of_image
from modelyard.secrets.detect import detect, detect_value
from modelyard.secrets.hit import Hit

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,80}", re.ASCII)
_HINT = "withdraw the secret now: whoever can pull the image can read it; then let it come in at run time"


def secrets_in_settings(image: Image) -> Iterator[Detection]:
    """Each once, however often it is said. The values are not shown."""
    seen = set()
    for place, hit in _hits(image):
        if (place, hit.fingerprint) not in seen:
            seen.add((place, hit.fingerprint))
            message = f"{place} of the image holds a secret: {hit.kind} {hit.hint}"
            yield of_image(
                image, "image-secret", Level.CRITICAL, message, _HINT, resource=place, mark=hit.fingerprint
            )


def _hits(image: Image) -> Iterator[tuple[str, Hit]]:
    settings = image.settings
    for entry in _texts(settings.get("Env")):
        name, _, value = entry.partition("=")
        yield from ((f"the variable {_shown(name)}", hit) for hit in detect_value(name, value))
    for name, value in sorted(image.config.labels.items()):
        yield from ((f"the label {_shown(name)}", hit) for hit in detect_value(name, value))
    health = settings.get("Healthcheck")
    tests = health.get("Test") if isinstance(health, dict) else None
    commands = (
        ("Entrypoint", settings.get("Entrypoint")),
        ("Cmd", settings.get("Cmd")),
        ("Healthcheck", tests),
    )
    for name, said in commands:
        words = _texts(said)
        yield from ((f"the {name.lower()}", hit) for hit in detect(" ".join(words)))
    history = image.config.document.get("history")
    for entry in history if isinstance(history, list) else ():
        for text in _texts(list(entry.values()) if isinstance(entry, dict) else None):
            yield from (("the history", hit) for hit in detect(text))


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _shown(name: str) -> str:
    # What stands where a name should be may be the secret itself.
    return name if _NAME.fullmatch(name) and not any(True for _ in detect(name)) else "without a proper name"

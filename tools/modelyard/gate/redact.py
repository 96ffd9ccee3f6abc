"""Takes credentials out of what is said of a file: a message may quote the very value that is wrong."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace

from modelyard.detections import Detection
from modelyard.secrets.detect import detect_text

_SHORTEST = 8  # code points of anything that could be taken for a credential


def redacted(detections: Iterable[Detection]) -> tuple[Detection, ...]:
    """The detections, each credential in their texts replaced by what kind of text it is.

    Evidence and resource too: the fingerprint is made of what may be shown, and a waiver holds no secret.
    """
    return tuple(_redacted(one) for one in detections)


def _redacted(one: Detection) -> Detection:
    said = (one.message, one.hint, one.resource, one.evidence)
    shown = tuple(map(_shown, said))
    if shown == said:
        return one
    message, hint, resource, evidence = shown
    return replace(one, message=message, hint=hint, resource=resource, evidence=evidence)


@functools.lru_cache(maxsize=4096)
def _shown(text: str) -> str:
    if len(text) < _SHORTEST:
        return text
    for hit in reversed(detect_text("", text)):
        text = f"{text[: hit.start]}[{hit.kind} {hit.hint}]{text[hit.end :]}"
    return text

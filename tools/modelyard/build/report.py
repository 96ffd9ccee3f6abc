"""What a run prints: a line for each image while it is built, a table at the end, JSON for the next tool."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modelyard.build.batch import Outcome
from modelyard.build.plan import DIRTY
from modelyard.build.weights import WeightsError
from modelyard.engines.api import Engine

_HEAD = ("MODEL", "IMAGE", "DIGEST", "SIZE", "SECONDS", "CACHED")
_SHORT = len("sha256:") + 12


def line(outcome: Outcome) -> str:
    """One image that is finished."""
    name = outcome.image.repository
    if outcome.error is not None:
        return f"{name}: failed after {outcome.seconds:.1f} s"
    if outcome.there:
        return f"{name}: its tag is in the registry already"
    return f"{name}: built in {outcome.seconds:.1f} s"


def failure(outcome: Outcome) -> str:
    """Why an image was not built, after the last lines that the engine printed."""
    assert outcome.error is not None
    said = "".join(f"  | {one}\n" for one in outcome.error.said.splitlines())
    hint = f"  {outcome.error.hint}\n" if isinstance(outcome.error, WeightsError) else ""
    return f"{outcome.image.repository}: error: {outcome.error}\n{said}{hint}"


def table(outcomes: Sequence[Outcome]) -> str:
    """All images, in columns."""
    rows = [_HEAD, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    right = {_HEAD.index("SIZE"), _HEAD.index("SECONDS"), _HEAD.index("CACHED")}
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _row(outcome: Outcome) -> tuple[str, ...]:
    built, image = outcome.built, outcome.image
    digest = outcome.digest[:_SHORT] if outcome.digest else "failed"
    size = human(built.size) if built is not None and built.size else "-"
    cached = f"{built.cached}/{built.steps}" if built is not None else "-"
    return (image.model, image.tags[0], digest, size, f"{outcome.seconds:.1f}", cached)


def human(size: int) -> str:
    """Bytes in three digits: MB and GB are powers of ten, as engines print them."""
    if size >= 10**9:
        return f"{size / 10**9:.2f} GB"
    return f"{size / 10**6:.1f} MB"


def document(outcomes: Sequence[Outcome], engine: Engine, pushed: bool) -> dict[str, Any]:
    """All of it as JSON: what was built, of which commit, and what the registry calls it."""
    return {
        "engine": {"name": engine.name, "version": engine.version},
        "images": [_image(outcome, pushed) for outcome in outcomes if outcome.error is None],
        "failed": [
            {"model": one.image.model, "container": one.image.container, "reason": str(one.error)}
            for one in outcomes
            if one.error is not None
        ],
    }


def _image(outcome: Outcome, pushed: bool) -> dict[str, Any]:
    image, built = outcome.image, outcome.built
    return {
        "model": image.model,
        "container": image.container,
        "tags": list(image.tags),
        "platforms": list(image.platforms),
        "digest": outcome.digest,
        "pushed": pushed,
        "built": built is not None,
        "imageId": built.image_id if built is not None else "",
        "archiveDigest": built.archive_digest if built is not None else "",
        "reproducible": built.reproducible if built is not None else True,
        "revision": image.commit.revision,
        "uncommitted": DIRTY in image.labels,
        "sizeBytes": built.size if built is not None else 0,
        "seconds": round(outcome.seconds, 3),
        "steps": built.steps if built is not None else 0,
        "cachedSteps": built.cached if built is not None else 0,
    }


def next_steps(outcomes: Sequence[Outcome], env: str, command: str) -> list[str]:
    """The commands that record what was pushed as what the environment runs; none where a build failed."""
    broken = {outcome.image.model for outcome in outcomes if outcome.error is not None}
    digests: dict[str, list[str]] = {}
    for outcome in outcomes:
        image = outcome.image
        if image.model not in broken:
            name = "" if image.repository == image.model else f"{image.container}="
            digests.setdefault(image.model, []).append(f"--image {name}{outcome.digest}")
    return [f"{command} {model} --env {env} {' '.join(parts)}" for model, parts in digests.items()]


def save(document: dict[str, Any], place: str) -> None:
    """Writes the document to a file, or to stdout for ``-``. OSError where that cannot be."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if place == "-":
        sys.stdout.write(text)
    else:
        Path(place).write_text(text, encoding="utf-8")


def folder(place: str) -> Path:
    """The folder to write archives to, made where it is not there."""
    path = Path(place).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path

"""What a run found out, as lines for a terminal and as plain data for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.errors import UsageError
from modelyard.findings.visible import visible
from modelyard.running.errors import RunError
from modelyard.running.figures import duration, milliseconds, size
from modelyard.running.outcome import ImageFact, Outcome


def lines(outcome: Outcome) -> Iterator[str]:
    """One fact a line."""
    yield f"{outcome.model} in {outcome.environment}, by {outcome.how}"
    for label, text in _facts(outcome):
        yield f"  {label:<8} {visible(text)}"
    for line in outcome.printed.splitlines():
        yield f"  | {visible(line)}"
    for note in outcome.notes:
        yield f"  note     {visible(note)}"


def _facts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    for image in outcome.images:
        yield "image", _image(image)
    if outcome.kind == "Job":
        yield "ended", f"with exit code {outcome.exit_code} after {duration(outcome.start_seconds)}"
        return
    yield "healthy", f"after {duration(outcome.start_seconds)}"
    for one in outcome.checked:
        right = f", and as {one.schema} says" if one.schema else ""
        yield "sample", f"{one.sample} to {one.container}: {one.status}{right}"
    if (found := outcome.latency) is not None:
        times = (
            f"p50 {milliseconds(found.p50)}, p99 {milliseconds(found.p99)}, mean {milliseconds(found.mean)}"
        )
        yield "latency", f"{times} ({found.requests} requests, one after the other)"
    if (load := outcome.load) is not None:
        yield (
            "load",
            f"{load.rate:.0f} requests/s over {load.connections} connections, {duration(load.seconds)}",
        )
    if outcome.peak is not None:
        yield "memory", f"{size(outcome.peak.memory)} at most ({outcome.peak.source})"
    if outcome.exit_code is not None:
        yield "stopped", f"with exit code {outcome.exit_code} after SIGTERM"


def _image(image: ImageFact) -> str:
    built = f", built in {duration(image.build_seconds)}" if image.built else ""
    return f"{image.reference}, {size(image.size)}{built}"


def plain(outcome: Outcome) -> dict[str, Any]:
    """Times in seconds, amounts in bytes; what was not measured is null."""
    latency, load, peak = outcome.latency, outcome.load, outcome.peak
    return {
        "model": outcome.model,
        "environment": outcome.environment,
        "kind": outcome.kind,
        "runBy": outcome.how,
        "images": [
            {
                "container": image.container,
                "reference": image.reference,
                "digest": image.digest,
                "bytes": image.size,
                "buildSeconds": round(image.build_seconds, 3) if image.built else None,
            }
            for image in outcome.images
        ],
        "startSeconds": round(outcome.start_seconds, 3),
        "samples": [
            {
                "container": one.container,
                "sample": one.sample,
                "status": one.status,
                "schema": one.schema or None,
            }
            for one in outcome.checked
        ],
        "latency": None
        if latency is None
        else {
            "requests": latency.requests,
            "p50Seconds": round(latency.p50, 6),
            "p99Seconds": round(latency.p99, 6),
            "meanSeconds": round(latency.mean, 6),
        },
        "load": None
        if load is None
        else {
            "connections": load.connections,
            "seconds": round(load.seconds, 3),
            "answered": load.answered,
            "failed": load.failed,
            "requestsPerSecond": round(load.rate, 1),
        },
        "peakMemory": None if peak is None else {"bytes": peak.memory, "source": peak.source},
        "exitCode": outcome.exit_code,
        "address": outcome.address or None,
        "notes": list(outcome.notes),
    }


def failure(model: str, error: Exception) -> dict[str, Any]:
    """What stopped a run."""
    return {
        "model": model,
        "error": {
            "message": str(error),
            "hint": getattr(error, "hint", ""),
            "said": getattr(error, "said", ""),
            "exitCode": exit_code(error),
        },
    }


def exit_code(error: Exception) -> int:
    """What a command ends with for it: 1 where the model is to blame, else 2."""
    return error.code if isinstance(error, RunError) else 2


def explained(model: str, error: Exception) -> Iterator[str]:
    """The lines of an error: what was said before it, the error itself, and what mends it."""
    for line in getattr(error, "said", "").splitlines():
        yield f"  | {visible(line)}"
    # What was used wrongly concerns the command, not the model.
    subject = "" if isinstance(error, UsageError) else f"{model}: "
    for number, line in enumerate(str(error).splitlines()):
        yield f"modelyard: {subject}{visible(line)}" if number == 0 else visible(line)
    hint = getattr(error, "hint", "")
    if hint:
        yield f"  {visible(hint)}"

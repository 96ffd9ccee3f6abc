"""Times of many requests in three numbers, and amounts as people read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Latency:
    """Seconds that ``requests`` of them took, one after the other."""

    requests: int
    mean: float
    p50: float
    p99: float


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest of the sorted values that so many percent of them do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def latency(seconds: Sequence[float]) -> Latency:
    """Of at least one request."""
    ordered = sorted(seconds)
    mean = math.fsum(ordered) / len(ordered)
    return Latency(len(ordered), mean, percentile(ordered, 50), percentile(ordered, 99))


def size(count: int) -> str:
    """Bytes, as ``48.1 MiB``."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.2f} GiB"


def milliseconds(seconds: float) -> str:
    """As ``1.83 ms``: three digits that count."""
    value = seconds * 1000
    return f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms" if value < 100 else f"{value:.0f} ms"


def duration(seconds: float) -> str:
    """As ``0.84 s`` or ``75 s``."""
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s" if seconds < 60 else f"{seconds:.0f} s"

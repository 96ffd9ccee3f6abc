"""Samples of all rounds, what they come to, and the targets."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.results import Verdict
from bench.servers.asking import Rate
from bench.servers.contestants import LOOPS, Contestant
from bench.servers.payloads import Payload
from modelyard.running.figures import Latency

# What was promised: limits, deadlines, metrics and a log line for each request may cost so much.
P50_LIMIT = 1.3


@dataclass(frozen=True)
class Sample:
    """One contestant, one payload, one round. Seconds; ``rate`` in requests per second under load."""

    round: int
    who: str
    payload: str
    requests: int
    p50: float
    p99: float
    rate: float
    cpu: float | None
    busy: float

    @classmethod
    def of(cls, number: int, who: str, payload: str, times: Latency, rate: Rate) -> Sample:
        said = (times.requests, times.p50, times.p99, rate.requests, rate.cpu, rate.busy)
        return cls(number, who, payload, *said)


@dataclass(frozen=True)
class Start:
    """One process of a contestant: seconds until it answered, and the most memory it ever had, in bytes."""

    round: int
    who: str
    ready: float
    memory: int | None


@dataclass(frozen=True)
class Spread:
    """What several rounds said."""

    median: float
    low: float
    high: float


@dataclass
class Figures:
    """In the order of the measurements."""

    samples: list[Sample] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)

    def of(self, who: str, payload: str) -> list[Sample]:
        """Of one contestant, round by round."""
        return sorted((one for one in self.samples if (one.who, one.payload) == (who, payload)), key=_round)

    def started(self, who: str) -> list[Start]:
        return [one for one in self.starts if one.who == who]

    def ratio(self, mine: str, theirs: str, payload: str, what: str) -> Spread | None:
        """Of two contestants, each round by itself, since what disturbs a machine disturbs both."""
        others = {one.round: getattr(one, what) for one in self.of(theirs, payload)}
        found = [
            getattr(one, what) / others[one.round] for one in self.of(mine, payload) if one.round in others
        ]
        return spread(found) if found else None

    def best(self, ways: Sequence[Contestant], payload: str) -> Contestant | None:
        """The way that answers most requests a second; None if none of them was measured."""
        known = [way for way in ways if self.of(way.key, payload)]
        return max(known, key=lambda way: _rate(self.of(way.key, payload)), default=None)


def _round(sample: Sample) -> int:
    return sample.round


def _rate(samples: Sequence[Sample]) -> float:
    return statistics.median(one.rate for one in samples)


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    return Spread(statistics.median(values), min(values), max(values))


def verdicts(
    figures: Figures, contestants: Sequence[Contestant], payloads: Sequence[Payload]
) -> Iterator[Verdict]:
    """The targets, for each payload.

    What it costs more than bare uvicorn shows on the same loop. MLServer brings uvloop, and is held against
    the model server on the loop that this has unless somebody installs the other.
    """
    runtimes = [one for one in contestants if one.family == "runtime"]
    bares = {one.loop: one for one in contestants if one.family == "bare"}
    peers = [one for one in contestants if one.family == "mlserver"]
    for payload in payloads:
        for ours in runtimes:
            if ours.loop in bares:
                yield _as_quick(figures, ours, bares[ours.loop], payload)
        for ours in runtimes:
            if ours.loop == LOOPS[0]:
                for dialect in dict.fromkeys(one.dialect.name for one in peers):
                    ways = [one for one in peers if one.dialect.name == dialect]
                    yield _beats(figures, ours, ways, payload)


def _as_quick(figures: Figures, ours: Contestant, bare: Contestant, payload: Payload) -> Verdict:
    target = f"{payload.name}: p50 of {ours.name} at most {P50_LIMIT} times that of {bare.name}"
    found = figures.ratio(ours.key, bare.key, payload.name, "p50")
    if found is None:
        return Verdict(target, "not measured", None)
    return Verdict(target, _times(found), found.median <= P50_LIMIT)


def _beats(figures: Figures, ours: Contestant, ways: Sequence[Contestant], payload: Payload) -> Verdict:
    dialect = ways[0].dialect.name
    target = f"{payload.name}: {ours.name} answers more requests a second than MLServer by {dialect}"
    best = figures.best(ways, payload.name)
    found = figures.ratio(ours.key, best.key, payload.name, "rate") if best else None
    if best is None or found is None:
        return Verdict(target, "not measured", None)
    return Verdict(target, f"{_times(found)} as many as {best.name}", found.median > 1)


def _times(found: Spread) -> str:
    return f"{found.median:.2f} times ({found.low:.2f} to {found.high:.2f})"

"""What was measured, and whether it meets the targets."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.cases import COLD, FLOOR_NAME, HELP, MODELYARD, ONE_CHANGED, ONE_NAMED, UNCHANGED
from bench.measure import Memory, Sample

Key = tuple[int, str, str]  # models, who, mode


@dataclass
class Results:
    """Samples by case, in the order of the runs, and peak memory of Modelyard by number of models."""

    samples: dict[Key, list[Sample]] = field(default_factory=dict)
    memory: dict[int, Memory] = field(default_factory=dict)

    def add(self, models: int, who: str, mode: str, sample: Sample) -> None:
        self.samples.setdefault((models, who, mode), []).append(sample)

    def wall(self, models: int, who: str, mode: str) -> float | None:
        """Median seconds of wall clock; of a case that was ended, the limit; None if it was not run."""
        found = self.samples.get((models, who, mode))
        return statistics.median(sample.wall for sample in found) if found else None

    def cpu(self, models: int, who: str, mode: str) -> float | None:
        """Median seconds of CPU."""
        found = self.samples.get((models, who, mode))
        return statistics.median(sample.cpu for sample in found) if found else None

    def finished(self, models: int, who: str, mode: str) -> bool:
        return all(sample.finished for sample in self.samples.get((models, who, mode), ()))


@dataclass(frozen=True)
class Verdict:
    """One target: what was promised, what was measured, and whether it holds (None: not measured)."""

    target: str
    measured: str
    met: bool | None


def verdicts(results: Results, models: int, many: int) -> Iterator[Verdict]:
    """The targets at ``models``, and of growth and memory up to ``many``."""
    yield _at_most(results, "cold: at most 2.5 times the floor's wall clock", models, COLD, FLOOR_NAME, 2.5)
    for who, mode, times in (
        ("kapitan compile", COLD, 15),
        ("helm template", COLD, 20),
        ("kubectl kustomize", COLD, 20),
        ("kapitan compile", UNCHANGED, 100),
    ):
        yield _faster(results, models, mode, who, times)
    yield _below(results, models, UNCHANGED, 0.5)
    yield _little_more(results, models)
    yield _below(results, models, ONE_NAMED, 0.25)
    yield _below(results, models, HELP, 0.1)
    yield _growth(results, models, many)
    memory = results.memory.get(many)
    target = f"peak memory of {many:,} models: under 400 MB (all processes added up)"
    measured = (
        f"{memory.total:.0f} MiB, the largest process {memory.largest:.0f}" if memory else "not measured"
    )
    yield Verdict(target, measured, memory.total * 1.048576 < 400 if memory else None)


def _at_most(results: Results, target: str, models: int, mode: str, other: str, times: float) -> Verdict:
    ours, theirs = results.wall(models, MODELYARD, mode), results.wall(models, other, mode)
    if ours is None or theirs is None:
        return Verdict(target, "not measured", None)
    return Verdict(
        target, f"{ours / theirs:.2f} times ({ours:.2f} s and {theirs:.2f} s)", ours <= times * theirs
    )


def _faster(results: Results, models: int, mode: str, who: str, times: float) -> Verdict:
    target = f"{mode}: at least {times:g} times faster than {who}" + (
        " with its cache" if mode == UNCHANGED else ""
    )
    ours, theirs = results.wall(models, MODELYARD, mode), results.wall(models, who, mode)
    if ours is None or theirs is None:
        return Verdict(target, "not measured", None)
    finished = results.finished(models, who, mode)
    met = theirs >= times * ours
    measured = f"{theirs / ours:.1f} times ({ours:.2f} s and {theirs:.1f} s)"
    if finished:
        return Verdict(target, measured, met)
    return Verdict(target, f"more than {measured}, where it was ended", met or None)


def _below(results: Results, models: int, mode: str, seconds: float) -> Verdict:
    target = f"{mode}: under {seconds:g} s"
    ours = results.wall(models, MODELYARD, mode)
    return (
        Verdict(target, f"{ours:.3f} s", ours < seconds)
        if ours is not None
        else Verdict(target, "not measured", None)
    )


def _little_more(results: Results, models: int) -> Verdict:
    target = "one manifest changed: at most 0.15 s more than unchanged"
    one, none = results.wall(models, MODELYARD, ONE_CHANGED), results.wall(models, MODELYARD, UNCHANGED)
    if one is None or none is None:
        return Verdict(target, "not measured", None)
    return Verdict(target, f"{one - none:.3f} s more", one - none <= 0.15)


def _growth(results: Results, models: int, many: int) -> Verdict:
    target = f"cost from {models:,} to {many:,} models grows no faster than N^1.05 (CPU, cold)"
    few, more = results.cpu(models, MODELYARD, COLD), results.cpu(many, MODELYARD, COLD)
    if few is None or more is None or many <= models:
        return Verdict(target, "not measured", None)
    exponent = math.log(more / few) / math.log(many / models)
    return Verdict(target, f"N^{exponent:.3f}", exponent <= 1.05)

"""Every model, one after the other, in one table. One that fails never hides another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from modelyard.engines.api import EngineError
from modelyard.errors import UsageError
from modelyard.running.errors import NotHere, RunError
from modelyard.running.figures import duration, milliseconds, size
from modelyard.running.outcome import Outcome

_COLUMNS = ("model", "image", "build", "healthy after", "p50", "p99", "requests/s", "peak memory")


@dataclass(frozen=True)
class Row:
    """Exactly one of the two is there."""

    model: str
    outcome: Outcome | None = None
    error: Exception | None = None

    @property
    def failed(self) -> bool:
        """Whether something is wrong: that a machine is no place for a model is no fault of either."""
        return self.error is not None and not isinstance(self.error, NotHere)


def run_all(models: Iterable[str], run: Callable[[str], Outcome], done: Callable[[Row], None]) -> list[Row]:
    """Runs all of them; ``done`` is told of each as it ends. Only a bug or an interruption ends it early."""
    rows = []
    for model in models:
        try:
            row = Row(model, run(model))
        except (RunError, EngineError, UsageError, OSError) as error:
            row = Row(model, error=error)
        rows.append(row)
        done(row)
    return rows


def markdown(rows: list[Row], how: str) -> str:
    """The report: what was measured how, a row for each model that ran, and why the others did not."""
    ran = [row.outcome for row in rows if row.outcome is not None]
    lines = [
        "# What running every model measured",
        "",
        "Made by `tools/run --all --report`: one run on one machine, and as good as that machine was idle.",
        f"Here: {how}. docs/run.md says what each column is.",
        "",
        *_table([_COLUMNS, *(_cells(outcome) for outcome in ran)]),
    ]
    notes = sorted({f"{outcome.model}: {note}" for outcome in ran for note in outcome.notes})
    missing = [row for row in rows if row.error is not None]
    if missing:
        lines += ["", "Not in the table:", ""]
        lines += [f"- {row.model}: {str(row.error).splitlines()[0]}" for row in missing]
    if notes:
        lines += ["", "Other than in production:", "", *(f"- {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def cores() -> int:
    """How many of the machine's this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cells(outcome: Outcome) -> tuple[str, ...]:
    latency, load = outcome.latency, outcome.load
    built = [image for image in outcome.images if image.built]
    job = outcome.kind == "Job"
    return (
        outcome.model,
        " + ".join(size(image.size) for image in outcome.images) or "-",
        duration(sum(image.build_seconds for image in built)) if built else "-",
        f"done in {duration(outcome.start_seconds)}" if job else duration(outcome.start_seconds),
        milliseconds(latency.p50) if latency is not None else "-",
        milliseconds(latency.p99) if latency is not None else "-",
        f"{load.rate:.0f}" if load is not None else "-",
        size(outcome.peak.memory) if outcome.peak is not None else "-",
    )


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    head, *body = rows
    yield _line(head, widths)
    yield (
        "|" + "|".join(f" {'-' * (width - 1)}{':' if at else '-'} " for at, width in enumerate(widths)) + "|"
    )
    for row in body:
        yield _line(row, widths)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    pairs = enumerate(zip(cells, widths, strict=True))
    return (
        "| "
        + " | ".join(text.rjust(width) if at else text.ljust(width) for at, (text, width) in pairs)
        + " |"
    )

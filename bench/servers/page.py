"""The figures as a page of Markdown and as JSON, without host or path."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.results import Verdict
from bench.servers.asking import Plan
from bench.servers.contestants import Contestant
from bench.servers.figures import Figures, Sample, spread
from bench.servers.payloads import Payload
from modelyard.running.figures import duration, milliseconds, size

_WORDS = {True: "met", False: "**missed**", None: "open"}
# A client that runs nearly all the time is what was measured.
_BUSY = 0.9
_NOTES = """\
Every server runs in a process group of its own on loopback, from one environment with one version of each
package, and gave the right answer to every payload, by the formula of the model, before anything was
measured. Median of all rounds, lowest to highest in brackets; ratios are taken round by round.

- **bare uvicorn** reads JSON, predicts, writes JSON: no limit, no check, no log, no metric.
- **modelyard-server** is as it ships, but for the loop that is named: limits, deadlines, metrics, and a log
  line for each request, which goes to a file.
- **MLServer** speaks the Open Inference Protocol, with flat data and its NumPy codec. Metrics, access log and
  compression are off. Its custom handler is asked without that protocol: the same body as the others take,
  bytes in and bytes out. It brings uvloop.
- **the client's ceiling** is no server: it sends ready bytes, so what it reaches is the client's limit. The
  client is our own, in Python, in processes of its own.
"""


@dataclass(frozen=True)
class Conditions:
    """What was run, where. ``now`` is a date, or "" for a page without one."""

    plan: Plan
    rounds: int
    contestants: Sequence[Contestant]
    payloads: Sequence[Payload]
    versions: Mapping[str, str]
    now: str


def markdown(figures: Figures, verdicts: Sequence[Verdict], conditions: Conditions) -> str:
    """The page."""
    known = ", ".join(f"{name} {version}" for name, version in conditions.versions.items())
    lines = [
        "# The model server, measured",
        "",
        "Written by `bench/serving`; `bench/README.md` says what the figures mean.",
        "",
        f"{conditions.now + ': ' if conditions.now else ''}{_cores()} cores, {platform.machine()}, {known}.",
        _said(conditions),
        "",
        "## Targets",
        "",
        "| target | measured | |",
        "|---|---|---|",
        *(f"| {one.target} | {one.measured} | {_WORDS[one.met]} |" for one in verdicts),
        "",
    ]
    for payload in conditions.payloads:
        lines += [f"## {payload.name}", "", *_table(figures, payload, conditions.contestants), ""]
    lines += ["## Start and memory", "", *_starts(figures, conditions.contestants), ""]
    return "\n".join([*lines, "## What they do", "", _NOTES])


def _said(conditions: Conditions) -> str:
    plan, rounds = conditions.plan, conditions.rounds
    return (
        f"{rounds} round{'s' if rounds > 1 else ''}, each with servers of its own in another order: "
        f"{plan.requests:,} requests one after the other to each, in turns, then {plan.connections} "
        f"connections to one at a time for {plan.seconds:g} s, by {plan.processes} client "
        f"process{'es' if plan.processes > 1 else ''}."
    )


def _table(figures: Figures, payload: Payload, contestants: Sequence[Contestant]) -> Iterator[str]:
    sizes = {one.dialect.name: len(payload.body(one.dialect)) for one in contestants}
    yield "Body: " + ", ".join(f"{size(length)} by {name}" for name, length in sizes.items()) + "."
    yield ""
    yield "| who | p50 | p99 | requests/s | server's CPU for one | client busy |"
    yield "|---|---:|---:|---:|---:|---:|"
    for one in contestants:
        found = figures.of(one.key, payload.name)
        if not found:
            continue
        p50 = _spread(found, lambda sample: sample.p50, milliseconds)
        p99 = _spread(found, lambda sample: sample.p99, milliseconds)
        rate = _spread(found, lambda sample: sample.rate, lambda value: f"{value:,.0f}")
        busy = statistics.median(sample.busy for sample in found)
        bound = ", so this is the client's limit" if busy > _BUSY and one.family != "client" else ""
        yield f"| {one.name} | {p50} | {p99} | {rate} | {_cpu(found)} | {busy:.0%}{bound} |"


def _spread(samples: Sequence[Sample], of: Callable[[Sample], float], say: Callable[[float], str]) -> str:
    found = spread([of(sample) for sample in samples])
    if len(samples) == 1:
        return say(found.median)
    return f"{say(found.median)} ({say(found.low)} to {say(found.high)})"


def _cpu(samples: Sequence[Sample]) -> str:
    known = [sample.cpu for sample in samples if sample.cpu is not None]
    return f"{statistics.median(known) * 1e6:,.0f} µs" if known else "not known"


def _starts(figures: Figures, contestants: Sequence[Contestant]) -> Iterator[str]:
    yield "| who | from start to the first answer | most memory, all processes |"
    yield "|---|---:|---:|"
    for one in contestants:
        found = figures.started(one.key)
        if not found or one.family == "client":
            continue
        ready = spread([start.ready for start in found])
        memory = [start.memory for start in found if start.memory is not None]
        said = size(int(statistics.median(memory))) if memory else "not known"
        between = f" ({duration(ready.low)} to {duration(ready.high)})" if len(found) > 1 else ""
        yield f"| {one.name} | {duration(ready.median)}{between} | {said} |"


def as_json(figures: Figures, verdicts: Sequence[Verdict], conditions: Conditions) -> str:
    """Every single measurement, for whoever wants to compute something else."""
    data = {
        "machine": {"cores": _cores(), "architecture": platform.machine(), "date": conditions.now or None},
        "versions": dict(conditions.versions),
        "plan": {"rounds": conditions.rounds, **dataclasses.asdict(conditions.plan)},
        "targets": [dataclasses.asdict(one) for one in verdicts],
        "samples": [dataclasses.asdict(one) for one in figures.samples],
        "starts": [dataclasses.asdict(one) for one in figures.starts],
    }
    return json.dumps(data, indent=1) + "\n"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

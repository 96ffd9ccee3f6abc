"""The results as a page of Markdown and as JSON, without date, host or path."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Iterator

from bench.results import Results, Verdict
from bench.workload import ENVIRONMENTS

_WORDS = {True: "met", False: "**missed**", None: "open"}


def markdown(results: Results, verdicts: list[Verdict], where: str, files: int, size: int) -> str:
    """The page. ``files`` and ``size`` (bytes) are what is rendered of one model."""
    lines = [
        "# Results",
        "",
        "Written by `bench/run`; `bench/README.md` says what the figures mean.",
        "",
        f"{_cores()} cores, Python {platform.python_version()}, {platform.machine()}, {where}.",
        f"One model in {len(ENVIRONMENTS)} environments is {files} files of {size / 1024:.0f} KiB together.",
        "",
        "## Targets",
        "",
        "| target | measured | |",
        "|---|---|---|",
        *(f"| {verdict.target} | {verdict.measured} | {_WORDS[verdict.met]} |" for verdict in verdicts),
        "",
        "## Medians",
        "",
        "| models | situation | who | wall s | CPU s | runs | wall, as a multiple of Modelyard's |",
        "|---:|---|---|---:|---:|---:|---:|",
        *_rows(results),
    ]
    if results.memory:
        lines += [
            "",
            "## Peak memory of Modelyard, cold",
            "",
            "| models | largest process MiB | all processes MiB |",
        ]
        lines += ["|---:|---:|---:|"]
        lines += [
            f"| {n:,} | {found.largest:.0f} | {found.total:.0f} |"
            for n, found in sorted(results.memory.items())
        ]
    return "\n".join(lines) + "\n"


def _rows(results: Results) -> Iterator[str]:
    for models, who, mode in results.samples:
        wall, cpu = results.wall(models, who, mode), results.cpu(models, who, mode)
        ours = results.wall(models, "modelyard", mode)
        assert wall is not None
        assert cpu is not None
        finished = results.finished(models, who, mode)
        over = "" if finished else "> "
        # Of processes that were ended, nobody has waited for the children and added up their time.
        seconds = f"{cpu:.3f}" if finished else ""
        times = f"{over}{wall / ours:.2f}" if ours else ""
        runs = len(results.samples[models, who, mode])
        yield f"| {models:,} | {mode} | {who} | {over}{wall:.3f} | {seconds} | {runs} | {times} |"


def as_json(results: Results, verdicts: list[Verdict], where: str) -> str:
    """Every single run, for whoever wants to compute something else."""
    return (
        json.dumps(
            {
                "machine": {"cores": _cores(), "python": platform.python_version(), "files": where},
                "targets": [dataclasses.asdict(verdict) for verdict in verdicts],
                "runs": [
                    {"models": models, "who": who, "mode": mode, **dataclasses.asdict(sample)}
                    for (models, who, mode), samples in results.samples.items()
                    for sample in samples
                ],
                "memory": {models: dataclasses.asdict(found) for models, found in results.memory.items()},
            },
            indent=1,
        )
        + "\n"
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

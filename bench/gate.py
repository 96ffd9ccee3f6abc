"""`bench/gate-run`: what the gate costs on a thousand models, against `trivy config` on the same files.

Own rules and secrets over every file of the workload; one model by name; the whole gate of this repository
again without any change. Round by round, medians, whole processes from outside, as `bench/run` does.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.command import CHECKOUT, remove
from bench.contest import Contest
from bench.measure import Sample, timed

SCAN = str(CHECKOUT / "tools" / "scan")
NOW = ("--now", "2026-11-22")
_LIMIT = 120  # seconds
# The same flags as the adapter's: nothing is fetched, and every check that trivy has is run.
TRIVY = (
    "config",
    "--quiet",
    "--format",
    "json",
    "--skip-check-update",
    "--skip-version-check",
    "--disable-telemetry",
    "--timeout=1h",
)
POLICY = """apiVersion: modelyard.dev/v1
kind: Gate
environments:
  dev: {maxBaseAgeDays: 180, unknownBaseDates: allow}
  staging: {maxBaseAgeDays: 120, unknownBaseDates: allow}
  prod: {maxBaseAgeDays: 120, unknownBaseDates: allow}
"""
OWNERS = "* @acme/ml-platform\n/policy/ @acme/security\n"


@dataclass(frozen=True)
class Situation:
    """One command, and what it is held against: seconds, or a share of another's."""

    name: str
    argv: tuple[str, ...]
    limit: str
    met: Callable[[dict[str, float]], bool]
    warm: bool = False  # whether it is run once before it is measured


def situations(repo: Path, trivy: Path) -> list[Situation]:
    """What is measured, in the order of a round."""
    own = (SCAN, "--root", str(repo), "--quick", *NOW)
    return [
        Situation("own rules, everything anew", (*own, "--no-cache"), "under 10 s, a fifth of trivy", _fast),
        Situation(
            "own rules, nothing changed",
            own,
            "under 1 s",
            lambda said: said["own rules, nothing changed"] < 1,
            True,
        ),
        Situation(
            "one model by name",
            (*own, "--no-cache", "--model", "model-00500"),
            "under 0.5 s",
            lambda said: said["one model by name"] < 0.5,
        ),
        Situation(
            "whole gate here, nothing changed",
            (SCAN, *NOW),
            "under 1 s",
            lambda said: said["whole gate here, nothing changed"] < 1,
            True,
        ),
        Situation("trivy config", (str(trivy), *TRIVY, str(repo)), "", lambda said: True),
    ]


def _fast(said: dict[str, float]) -> bool:
    own = said["own rules, everything anew"]
    return own < 10 and own < said["trivy config"] / 5


def main() -> int:
    """0 if every target is met, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="bench/gate-run", description=__doc__)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path("/dev/shm"))  # noqa: S108 - a folder of its own
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("gate"))
    arguments = parser.parse_args()
    folder = arguments.work / f"modelyard-gate-{os.getpid()}"
    try:
        files = _prepare(folder, arguments.models)
        chosen = situations(folder / "repo", CHECKOUT / ".venv-scan" / "bin" / "trivy")
        samples = _measured(chosen, arguments.rounds)
    finally:
        remove(folder)
    medians = {name: statistics.median(one.wall for one in some) for name, some in samples.items()}
    page = _page(chosen, samples, medians, arguments, files)
    arguments.out.with_suffix(".md").write_text(page, encoding="utf-8")
    raw = {name: [[one.wall, one.cpu] for one in some] for name, some in samples.items()}
    arguments.out.with_suffix(".json").write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    print(page)
    return 0 if all(one.met(medians) for one in chosen) else 1


def _prepare(folder: Path, models: int) -> int:
    """Writes and renders the workload; gives the number of its files."""
    contest = Contest(folder, models)
    contest.prepare()
    shutil.rmtree(contest.repo / ".floor")
    (contest.repo / "policy").mkdir()
    (contest.repo / "policy" / "gate.yaml").write_text(POLICY, encoding="utf-8")
    (contest.repo / "CODEOWNERS").write_text(OWNERS, encoding="utf-8")
    return sum(len(names) for _, _, names in os.walk(contest.repo))


def _measured(chosen: list[Situation], rounds: int) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {one.name: [] for one in chosen}
    for one in chosen:
        if one.warm:
            timed(one.argv, 600)
    for _ in range(rounds):
        for one in chosen:
            sample = timed(one.argv, _LIMIT)  # a run that is ended counts with the limit
            samples[one.name].append(sample)
            print(f"bench: {one.name}: {sample.wall:.3f} s, CPU {sample.cpu:.3f} s", file=sys.stderr)
    return samples


def _page(
    chosen: list[Situation],
    samples: dict[str, list[Sample]],
    medians: dict[str, float],
    arguments: argparse.Namespace,
    files: int,
) -> str:
    lines = [
        "# What the gate costs",
        "",
        (
            f"`bench/gate-run --models {arguments.models} --rounds {arguments.rounds}`: {files:,} files, "
            f"{os.cpu_count()} cores, medians of whole processes."
        ),
        "",
        "| situation | wall | CPU | target | met |",
        "|---|---|---|---|---|",
    ]
    for one in chosen:
        cpu = statistics.median(sample.cpu for sample in samples[one.name])
        met = ("yes" if one.met(medians) else "**no**") if one.limit else ""
        lines.append(f"| {one.name} | {medians[one.name]:.2f} s | {cpu:.2f} s | {one.limit} | {met} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())

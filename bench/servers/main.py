"""`bench/serving`: the model server, bare uvicorn and MLServer on the same model in one run."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.command import CHECKOUT
from bench.servers.asking import Asked, Plan, at_once, one_by_one
from bench.servers.contestants import CONTESTANTS, Contestant
from bench.servers.figures import Figures, Sample, Start, verdicts
from bench.servers.page import Conditions, as_json, markdown
from bench.servers.payloads import PAYLOADS, SMALL, Different, Payload
from bench.servers.running import CannotMeasure, served
from modelyard.running import environment
from modelyard.running.errors import CannotRun

LOCK = CHECKOUT / "bench" / "peers" / "serving.lock"
# MLServer is published for no later one.
_PYTHONS, _WANTED = ((3, 11), (3, 12)), "3.12"
_PACKAGES = ("uvicorn", "httptools", "uvloop", "orjson", "numpy", "mlserver", "fastapi", "pydantic")
_VERSIONS = """
import importlib.metadata, json, platform, sys
found = {"Python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        continue
print(json.dumps(found))
"""


def main() -> int:
    """0 if no target is missed, 1 if one is, 2 if something cannot be measured, 130 after Ctrl-C."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return _run(arguments)
    except (CannotMeasure, Different, CannotRun) as error:
        hint = getattr(error, "hint", "")
        print(f"bench: {error}{f'; {hint}' if hint else ''}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(arguments: argparse.Namespace) -> int:
    python = arguments.python or _environment()
    plan = Plan(arguments.requests, arguments.connections, arguments.seconds, arguments.clients)
    contestants = chosen(arguments.only)
    figures = measured(contestants, PAYLOADS, plan, arguments.rounds, python)
    found = list(verdicts(figures, contestants, PAYLOADS))
    conditions = Conditions(
        plan, arguments.rounds, contestants, PAYLOADS, versions(python), arguments.now or ""
    )
    page = markdown(figures, found, conditions)
    arguments.out.with_suffix(".md").write_text(page, encoding="utf-8")
    arguments.out.with_suffix(".json").write_text(as_json(figures, found, conditions), encoding="utf-8")
    print(page)
    return 1 if any(one.met is False for one in found) else 0


def chosen(only: Sequence[str]) -> list[Contestant]:
    """Those whose key or family is named; all of them if nothing is."""
    return [one for one in CONTESTANTS if not only or one.key in only or one.family in only]


def measured(
    contestants: Sequence[Contestant], payloads: Sequence[Payload], plan: Plan, rounds: int, python: Path
) -> Figures:
    """Raises CannotMeasure, or Different where anybody answers anything else than the model does."""
    figures = Figures()
    for one in contestants:  # this also compiles what they import, which no start should be charged with
        with served(one, python, SMALL) as server:
            server.check(payloads)
            _say(f"{one.name}: the right answers")
    for number in range(rounds):
        first = number % len(contestants)
        _round((*contestants[first:], *contestants[:first]), payloads, plan, number, python, figures)
    return figures


def _round(
    order: Sequence[Contestant],
    payloads: Sequence[Payload],
    plan: Plan,
    number: int,
    python: Path,
    figures: Figures,
) -> None:
    """All of them are up, so that requests to them can take turns; under load there is one at a time."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(served(one, python, SMALL)) for one in order]
        for payload in payloads:
            asked = [Asked(server, server.request(payload)) for server in servers]
            for one, times in zip(asked, one_by_one(asked, plan), strict=True):
                who = one.server.contestant
                rate = at_once(one, plan)
                figures.samples.append(Sample.of(number, who.key, payload.name, times, rate))
                _say(
                    f"round {number + 1}: {who.name}: {payload.name}: p50 {times.p50 * 1000:.3f} ms, p99 "
                    f"{times.p99 * 1000:.3f} ms, {rate.requests:,.0f} requests/s, client {rate.busy:.0%} busy"
                )
        for server in servers:
            server.check(payloads)  # what it said under load was counted and not read
            figures.starts.append(Start(number, server.contestant.key, server.ready, server.peak()))


def _environment() -> Path:
    """The interpreter of the environment that all of them run in; made on first need. Raises CannotRun."""
    wanted = None if sys.version_info[:2] in _PYTHONS else _WANTED
    return environment.ensure(CHECKOUT, LOCK, wanted, _say) / "bin" / "python"


def versions(python: Path) -> dict[str, str]:
    """Of what is compared and of what does their work, where it is installed."""
    done = subprocess.run(
        [str(python), "-I", "-c", _VERSIONS, *_PACKAGES], capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/serving", description=__doc__)
    cores = os.cpu_count() or 1
    names = sorted({one.key for one in CONTESTANTS} | {one.family for one in CONTESTANTS})
    parser.add_argument("--rounds", type=_positive, help="default: 5")
    parser.add_argument(
        "--requests", type=_positive, help="one after the other, of each payload (default: 2000)"
    )
    parser.add_argument("--seconds", type=float, help="of load, for each payload (default: 4)")
    parser.add_argument("--connections", type=_positive, default=16, help="of the load (default: 16)")
    parser.add_argument(
        "--clients",
        type=_positive,
        default=min(4, max(1, cores // 2)),
        help="processes that make the load (default: half the cores, at most 4)",
    )
    parser.add_argument("--quick", action="store_true", help="2 rounds, 300 requests, 1 second: no result")
    parser.add_argument(
        "--only", action="append", default=[], choices=names, help="may be given several times"
    )
    parser.add_argument("--python", type=Path, help="an interpreter that has all of it; nothing is installed")
    parser.add_argument("--now", metavar="DATE", help="the date to put on the page (default: none)")
    parser.add_argument(
        "--out", type=Path, default=CHECKOUT / "bench" / "serving.md", help="that .md, and a .json beside it"
    )
    arguments = parser.parse_args()
    usual = (2, 300, 1.0) if arguments.quick else (5, 2000, 4.0)
    for name, value in zip(("rounds", "requests", "seconds"), usual, strict=True):
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    if arguments.seconds <= 0:
        parser.error("--seconds must be more than 0")
    arguments.clients = min(arguments.clients, arguments.connections)
    return arguments


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _say(message: str) -> None:
    print(f"bench: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

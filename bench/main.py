"""`bench/run`: measures Modelyard, the floor and the peers on the same workloads, and writes the results."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from bench import command
from bench.cases import COLD, FLOOR_NAME, MODELYARD, UNCHANGED, Case, cases
from bench.contest import Contest
from bench.install import HOME
from bench.measure import peak, timed
from bench.peers import PEERS, Peer
from bench.report import as_json, markdown
from bench.results import Results, verdicts
from bench.templates import read_rendered
from bench.verify import floor_differences
from bench.workload import ENVIRONMENTS

# The size that the targets are about; beyond it only growth and memory are of interest.
_USUAL = 1000
_ROOM = 8 * 2**30  # bytes that 10,000 models and what two contestants render of them need


def main() -> int:
    """0 if all outputs agree and no target is missed, 1 otherwise."""
    arguments = _arguments()
    work, where = _place(arguments.work)
    results = Results()
    sizes = sorted(arguments.sizes)
    try:
        for models in sizes:
            _measure(work / str(models), models, arguments, results)
        found = list(verdicts(results, _USUAL if _USUAL in sizes else sizes[0], sizes[-1]))
        files = read_rendered_of_first(work / str(sizes[0]) / "repo")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    page = markdown(results, found, where, len(files), sum(map(len, files.values())))
    arguments.out.with_suffix(".md").write_text(page, encoding="utf-8")
    arguments.out.with_suffix(".json").write_text(as_json(results, found, where), encoding="utf-8")
    print(page)
    return 1 if any(verdict.met is False for verdict in found) else 0


def read_rendered_of_first(repo: Path) -> dict[str, str]:
    """The files of the first model, of all environments."""
    files: dict[str, str] = {}
    for environment in ENVIRONMENTS:
        files |= read_rendered(repo, "model-00000", environment)
    return files


def _measure(folder: Path, models: int, arguments: argparse.Namespace, results: Results) -> None:
    with_peers = models <= arguments.peers_up_to
    _say(f"{models:,} models: preparing")
    contest = Contest(folder, models)
    contest.prepare()
    peers = [
        kind(contest, folder / kind.__name__)
        for kind in PEERS
        if with_peers and kind.name not in arguments.skip
    ]
    for peer in peers:
        peer.install()
        peer.prepare()
    if arguments.verify and models <= arguments.peers_up_to:
        _verify(contest, peers if models <= 100 else [])
    chosen = list(cases(contest, peers))
    if models > _USUAL:
        chosen = [
            case for case in chosen if case.who in (MODELYARD, FLOOR_NAME) and case.mode in (COLD, UNCHANGED)
        ]
    _rounds(chosen, models, arguments, results)
    command.forget(contest.repo)
    if sys.platform == "linux":
        results.memory[models] = peak(command.render(contest.repo))
    for peer in peers:
        shutil.rmtree(peer.folder, ignore_errors=True)


def _rounds(chosen: list[Case], models: int, arguments: argparse.Namespace, results: Results) -> None:
    """Round by round, so that what the machine does besides meets all of them alike."""
    spent: dict[int, float] = {}
    for number in range(arguments.rounds):
        for index, case in enumerate(chosen):
            so_far = spent.get(index, 0.0)
            if number and so_far + so_far / number > arguments.budget:
                continue  # one more run of this case would be over the budget
            case.before()
            sample = timed(case.argv, arguments.limit, case.folder, case.variables)
            results.add(models, case.who, case.mode, sample)
            spent[index] = so_far + sample.wall if sample.finished else arguments.budget
            ended = "" if sample.finished else " ended by the limit"
            _say(f"{models:,} {case.mode}: {case.who}: {sample.wall:.3f} s, CPU {sample.cpu:.3f} s{ended}")


def _verify(contest: Contest, peers: list[Peer]) -> None:
    """Raises SystemExit where anybody does other work than Modelyard."""
    wrong = {FLOOR_NAME: floor_differences(contest)}
    for peer in peers:
        peer.forget()
        command.run_quietly(peer.command(), peer.folder, {**os.environ, **peer.variables})
        wrong[peer.name] = peer.differences()
    for who, differences in wrong.items():
        said = f"{len(differences)} differences: {differences[:5]}" if differences else "the same output"
        _say(f"{who}: {said}")
    if any(wrong.values()):
        raise SystemExit("not all of them do the same work; nothing was measured")


def _place(given: Path | None) -> tuple[Path, str]:
    """Where the workloads go: memory where there is room, since a disk makes creating files cost anything."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    if given is not None:
        return given / f"modelyard-bench-{os.getpid()}", "files in a folder that was named"
    if shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > _ROOM:
        return shared / f"modelyard-bench-{os.getpid()}", "files in memory (tmpfs)"
    return HOME / "work", "files on disk: wall clock includes what the disk makes of them"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument(
        "--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[100, 1000, 10000]
    )
    parser.add_argument("--rounds", type=int, default=5, help="runs of each case (default: 5)")
    parser.add_argument(
        "--budget", type=float, default=150, help="seconds for all runs of one case (default: 150)"
    )
    parser.add_argument(
        "--limit", type=float, default=200, help="seconds after which a run is ended (default: 200)"
    )
    parser.add_argument(
        "--peers-up-to",
        type=int,
        default=_USUAL,
        metavar="N",
        help="no peers beyond N models (default: 1000)",
    )
    parser.add_argument(
        "--skip", action="append", default=[], choices=[kind.name for kind in PEERS], help="leave a peer out"
    )
    parser.add_argument(
        "--no-verify", dest="verify", action="store_false", help="do not compare outputs first"
    )
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="where the workloads go (default: memory, else .cache)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).with_name("results"), help="results.md and .json"
    )
    return parser.parse_args()


def _say(message: str) -> None:
    print(f"bench: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

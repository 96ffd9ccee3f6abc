"""What is measured: who does what, and what must be so before each run."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import command
from bench.contest import Contest
from bench.peers import Kapitan, Peer
from bench.verify import FLOOR

MODELYARD = "modelyard"
FLOOR_NAME = "floor"
FLOOR_TWICE = "floor, 2 processes"
COLD, UNCHANGED, ONE_CHANGED, ONE_NAMED, HELP = "cold", "unchanged", "one changed", "one by name", "--help"


@dataclass(frozen=True)
class Case:
    """One command in one situation. ``before`` brings that situation about and is not measured."""

    who: str
    mode: str
    argv: Sequence[str]
    before: Callable[[], None]
    folder: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def cases(contest: Contest, peers: Sequence[Peer]) -> Iterator[Case]:
    """The cases of one size, in the order in which a round runs them."""
    yield from _cold(contest)
    for peer in peers:
        yield Case(peer.name, COLD, peer.command(), peer.forget, peer.folder, peer.variables)
    yield from _again(contest)
    for peer in peers:
        if isinstance(peer, Kapitan):
            yield Case(peer.name, UNCHANGED, peer.cached(), _Warm(peer), peer.folder, peer.variables)


def _cold(contest: Contest) -> Iterator[Case]:
    repo = contest.repo
    yield Case(MODELYARD, COLD, command.render(repo), lambda: command.forget(repo))
    for who, processes in ((FLOOR_NAME, 1), (FLOOR_TWICE, 2)):
        out = contest.folder / f"floor-{processes}"
        yield Case(who, COLD, _floor(contest, out, processes), lambda out=out: command.remove(out))  # type: ignore[misc]


def _again(contest: Contest) -> Iterator[Case]:
    render = command.render(contest.repo)
    edit = _Edit(contest)
    yield Case(MODELYARD, UNCHANGED, render, _settled(contest))
    yield Case(FLOOR_NAME, UNCHANGED, _floor(contest, contest.folder / "floor-1", 1), _nothing)
    yield Case(MODELYARD, ONE_CHANGED, render, edit)
    yield Case(MODELYARD, ONE_NAMED, [*render, edit.model], edit)
    yield Case(MODELYARD, HELP, [str(command.TOOL), "--help"], _nothing)
    yield Case("python", HELP, [sys.executable, "-I", "-c", "pass"], _nothing)


def _floor(contest: Contest, out: Path, processes: int) -> list[str]:
    return [sys.executable, "-I", str(FLOOR), str(contest.repo), str(out), str(processes)]


def _nothing() -> None:
    return


def _settled(contest: Contest) -> Callable[[], None]:
    """Renders until the cache knows of the last edit; nearly nothing to do but after an interruption."""
    return lambda: command.render_now(contest.repo)


class _Edit:
    """Changes one value of one manifest, another one each time."""

    def __init__(self, contest: Contest) -> None:
        self.model = contest.models[len(contest.models) // 2].name
        self._path = contest.repo / "models" / self.model / "model.yaml"
        self._root = contest.repo
        self._number = 1000

    def __call__(self) -> None:
        command.render_now(self._root)
        self._number += 1
        text = self._path.read_text(encoding="utf-8")
        changed = re.sub(r'MAX_QUEUE: "\d+"', f'MAX_QUEUE: "{self._number}"', text)
        assert changed != text
        self._path.write_text(changed, encoding="utf-8")


class _Warm:
    """Fills the peer's cache, once."""

    def __init__(self, peer: Kapitan) -> None:
        self._peer = peer
        self._warm = False

    def __call__(self) -> None:
        if not self._warm:
            self._peer.forget()
            command.run_quietly(
                self._peer.cached(), self._peer.folder, {**os.environ, **self._peer.variables}
            )
            self._warm = True

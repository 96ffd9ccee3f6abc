"""Our own part of the gate over a whole selection: parts in parallel, unchanged ones from the cache."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from modelyard.gate import cache
from modelyard.gate.files import Selection
from modelyard.gate.prints import Prints
from modelyard.gate.result import Looked
from modelyard.gate.units import SHARED, Unit, units_of
from modelyard.pipeline.owned import environment_names
from modelyard.pipeline.workers import each
from modelyard.subjects.kinds import place_of_path
from modelyard.write.tree import Tree

_WORTH_FORKING = 12  # parts; a process costs as much as looking at some of them
_PRINTS_WORTH_FORKING = 200
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Request:
    """What is looked at. ``models`` are those whose rendering is compared with the disk.

    ``environments`` None means all. ``repository`` has catalogue, environments and policy; ``selection``
    may lie elsewhere.
    """

    repository: Path
    selection: Selection
    models: frozenset[str]
    environments: frozenset[str] | None
    now: datetime.datetime
    workers: int
    cached: bool
    all_files: tuple[str, ...]
    pod_security: str = "restricted"  # for files that are in no environment


def look(request: Request, progress: Progress) -> list[Looked]:
    """What was found in every part of the selection, in a fixed order."""
    selection = request.selection
    units = units_of(
        ((path, place_of_path(selection.shown(path))) for path in selection.files), request.models
    )
    if not selection.prefix:
        units.insert(0, Unit(SHARED, "", ()))
    known: dict[str, tuple[str, Looked]] = {}
    keys: dict[str, str] = {}
    if request.cached:
        known = cache.load(request.repository)
        keys = _keys(request, units)
    done = {
        unit.name: known[unit.name][1]
        for unit in units
        if unit.name in known and known[unit.name][0] == keys[unit.name]
    }
    stale = [unit for unit in units if unit.name not in done]
    for number, (unit, looked) in enumerate(zip(stale, _look(request, stale), strict=True), 1):
        done[unit.name] = looked
        progress(number, len(stale))
    if request.cached and stale:
        cache.save(request.repository, known | {name: (keys[name], done[name]) for name in keys})
    return [done[unit.name] for unit in units]


def _keys(request: Request, units: Sequence[Unit]) -> dict[str, str]:
    scope = repr(sorted(request.environments)) if request.environments is not None else ""
    environments = environment_names(request.repository)
    prints = Prints(request.repository, environments, request.now, request.all_files, scope)
    by_name = {unit.name: unit for unit in units}

    @contextmanager
    def digesting() -> Iterator[Callable[[str], str]]:
        with Tree(request.selection.root) as tree:
            yield lambda name: prints.of(tree, by_name[name])

    answers = each(digesting, list(by_name), request.workers, _PRINTS_WORTH_FORKING)
    return dict(zip(by_name, answers, strict=True))


def _look(request: Request, units: Sequence[Unit]) -> Iterator[Looked]:
    if not units:
        return
    from modelyard.gate.worker import looking

    by_name = {unit.name: unit for unit in units}
    opened = looking(request, by_name)
    yield from each(opened, list(by_name), request.workers, _WORTH_FORKING)

"""The gate's work in parts that can be done side by side and remembered: a model, or some other files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from modelyard.subjects.document import Place

_TOGETHER = 40  # files that are no model's and share a part: few enough to spread over processes
SHARED = "shared"  # the part without files: what is wrong with what all models share


@dataclass(frozen=True)
class Unit:
    """Some files that are looked at together, by one process. ``model`` is empty for files of no model."""

    name: str
    model: str
    files: tuple[str, ...]


def units_of(files: Iterable[tuple[str, Place]], models: frozenset[str]) -> list[Unit]:
    """The files sorted out: those of each of ``models`` together, the others by the dozen."""
    of_model: dict[str, list[str]] = {name: [] for name in models}
    others: list[str] = []
    for path, place in files:
        of_model.get(place.model, others).append(path)
    named = [Unit(f"model {name}", name, tuple(some)) for name, some in sorted(of_model.items())]
    return named + list(_parts(others))


def _parts(files: list[str]) -> Iterator[Unit]:
    for number, part in enumerate(_batched(files)):
        yield Unit(f"files {number}", "", part)


def _batched(files: list[str]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(files), _TOGETHER):
        yield tuple(files[start : start + _TOGETHER])

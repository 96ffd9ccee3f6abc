"""Containers of one workload share an address, as in a pod or a task: one of them owns it, the others join.

Joining makes Compose start the owner first, so it must be a container that waits for none of those who
join. Containers that run to their end before the owner starts keep an address of their own: they are
gone when it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.spec.container import Dependency

Order = Mapping[str, Mapping[str, Dependency]]


@dataclass(frozen=True)
class Sharing:
    """Who owns the address, and who joins it."""

    owner: str
    joining: frozenset[str]


def sharing(order: Order) -> Sharing:
    """``order`` names every container with what it waits for, the primary first; it has no cycles."""
    ending = {name for waits in order.values() for name, how in waits.items() if how == "succeeded"}
    before = {name: _before(name, order) for name in order}
    owner = next(name for name in order if name not in ending and before[name] <= ending)
    return Sharing(owner, frozenset(order) - before[owner] - {owner})


def _before(name: str, order: Order) -> set[str]:
    """Everything that must have started, or ended, before ``name`` does."""
    found: set[str] = set()
    todo = list(order[name])
    while todo:
        other = todo.pop()
        if other not in found:
            found.add(other)
            todo += order[other]
    return found

"""What two models both claim and only one can have, such as a place on a load balancer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelyard.findings import Finding, Location


def clashes(models: Iterable[tuple[str, tuple[tuple[str, Location], ...]]]) -> Iterator[Finding]:
    """A finding for each claim after the first, by model and place, of the same thing.

    Only models that were rendered in this run are compared; ``--check`` and ``tools/validate`` look
    at all of them.
    """
    taken: dict[str, tuple[str, Location]] = {}
    for name, claims in sorted(models):
        for thing, where in claims:
            if thing not in taken:
                taken[thing] = (name, where)
                continue
            owner, there = taken[thing]
            hint = f"choose another; see {there.path}:{there.line}"
            if owner == name:  # one model in two places that turn out to be the same
                hint = "two environments are in one place: give them platforms of their own"
            yield Finding("claimed-twice", where, f"{thing} is {owner}'s already", hint)

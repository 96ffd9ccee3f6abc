"""What two models both claim and only one can have, such as a place on a load balancer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelyard.findings import Finding, Location


def clashes(models: Iterable[tuple[str, tuple[tuple[str, Location], ...]]]) -> Iterator[Finding]:
    """A finding for each model after the first, by name, that claims the same thing.

    Only models that were rendered in this run are compared; ``--check`` and ``tools/validate`` look
    at all of them.
    """
    taken: dict[str, tuple[str, Location]] = {}
    for name, claims in sorted(models):
        for thing, where in claims:
            owner, there = taken.setdefault(thing, (name, where))
            if owner != name:
                message = f"{thing} is {owner}'s already"
                yield Finding(
                    "claimed-twice", where, message, f"choose another; see {there.path}:{there.line}"
                )

"""What stands above the other controls' fields has to have the shape that Kubernetes gives it.

Not a check of Kubernetes', whose API refuses such an object before the standards are looked at. Here nothing
else does, and what is inside would be seen by no control at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.view import Oddity, View
from modelyard.podsecurity.words import numbered, shown


def _check(view: View, version: Version) -> Iterator[Fault]:
    for odd in view.oddities:
        yield _fault(odd)
    # Two fields that make controls give way. A wrong shape does not, and is said here, once.
    users = view.spec.get("hostUsers")
    if users is not None and not isinstance(users, bool):
        yield _fault(Oddity(("hostUsers",), users, "a boolean"))
    system = view.spec.get("os")
    if system is None:
        return
    if not isinstance(system, dict):
        yield _fault(Oddity(("os",), system, "a mapping"))
    elif not isinstance(system.get("name", ""), str | None):
        yield _fault(Oddity(("os", "name"), system["name"], "a string"))


def _fault(odd: Oddity) -> Fault:
    where = "metadata" if odd.in_metadata else "spec"
    field = numbered((where, *odd.path))
    return Fault(
        odd.path,
        f"{field} is {shown(odd.value)} and has to be {odd.wanted}: what it means for the pod's security "
        "cannot be told",
        f"{field} {shown(odd.value)}",
        "metadata" if odd.in_metadata else "spec",
    )


READABLE_POD = Control("readablePod", "baseline", (1, 0), _check)

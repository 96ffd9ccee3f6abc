"""seccomp and AppArmor profiles, which are said in the same form."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Fault
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import Holder
from modelyard.podsecurity.words import shown

_ALLOWED = ("RuntimeDefault", "Localhost")


def profile_faults(holder: Holder, field: str) -> Iterator[Fault]:
    """What is wrong with the profile that a pod or container says itself; one that says none has none."""
    found = holder.context.get(field)
    if found is None:
        return
    path = ("securityContext", field)
    if not isinstance(found, dict):
        yield misshapen(holder, path, found, "a mapping")
        return
    kind = found.get("type")
    if not isinstance(kind, str | None):
        yield misshapen(holder, (*path, "type"), kind, "a string")
    elif kind is None:
        yield fault(holder, (*path, "type"), kind, f"says no type in its {field}")
    elif kind not in _ALLOWED:
        yield fault(
            holder,
            (*path, "type"),
            kind,
            f"has {shown(kind)} as {field}, not RuntimeDefault or Localhost",
        )

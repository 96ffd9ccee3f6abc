"""What /proc hides stays hidden.

Since 1.35 baseline lets pods with a user namespace (`hostUsers: false`) see all of it; restricted never did,
and has a control of its own since then.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import View
from modelyard.podsecurity.words import shown

_PATH = ("securityContext", "procMount")


def _baseline(view: View, version: Version) -> Iterator[Fault]:
    if version >= (1, 35) and view.has_own_users:
        # Which values there are is not the standards' to say, but that it is a value at all.
        for holder in view.containers:
            value = holder.context.get("procMount")
            if not isinstance(value, str | None):
                yield misshapen(holder, _PATH, value, "a string")
        return
    yield from _restricted(view, version)


def _restricted(view: View, version: Version) -> Iterator[Fault]:
    for holder in view.containers:
        value = holder.context.get("procMount")
        if value is None or value == "Default":
            continue
        if isinstance(value, str):
            yield fault(holder, _PATH, value, f"has {shown(value)} as procMount: /proc is shown unmasked")
        else:
            yield misshapen(holder, _PATH, value, "a string")


BASELINE = Control("procMount", "baseline", (1, 0), _baseline)
RESTRICTED = Control("procMount_restricted", "restricted", (1, 35), _restricted)

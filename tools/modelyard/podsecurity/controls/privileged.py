"""No container is privileged."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import View

_PATH = ("securityContext", "privileged")


def _check(view: View, version: Version) -> Iterator[Fault]:
    for holder in view.containers:
        value = holder.context.get("privileged")
        if value is None or value is False:
            continue
        if value is True:
            yield fault(holder, _PATH, value, "is privileged: it can do on the host what root can")
        else:
            yield misshapen(holder, _PATH, value, "a boolean")


PRIVILEGED = Control("privileged", "baseline", (1, 0), _check)

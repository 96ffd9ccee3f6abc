"""No container's process can gain more rights than it started with: allowPrivilegeEscalation is false."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import View

_PATH = ("securityContext", "allowPrivilegeEscalation")


def _check(view: View, version: Version) -> Iterator[Fault]:
    # Since 1.25; Windows has no such thing. What cannot be read is said all the same.
    is_exempt = version >= (1, 25) and view.is_windows
    for holder in view.containers:
        value = holder.context.get("allowPrivilegeEscalation")
        if value is False or (is_exempt and (value is None or value is True)):
            continue
        if value is True:
            yield fault(holder, _PATH, value, "allows privilege escalation")
        elif value is None:
            words = "allows privilege escalation: allowPrivilegeEscalation is not set, and true by default"
            yield fault(holder, _PATH, value, words)
        else:
            yield misshapen(holder, _PATH, value, "a boolean")


# The field came with 1.8.
ALLOW_PRIVILEGE_ESCALATION = Control("allowPrivilegeEscalation", "restricted", (1, 8), _check)

"""A pod shares no namespace of the host's: hostNetwork, hostPID, hostIPC."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import View

# hostUsers is not among them: every pod without a user namespace has it.
_FIELDS = {
    "hostNetwork": "the host's network: its interfaces, its loopback and what only listens there",
    "hostPID": "the host's processes",
    "hostIPC": "the host's shared memory and message queues",
}


def _check(view: View, version: Version) -> Iterator[Fault]:
    spec = view.spec
    for field, what in _FIELDS.items():
        value = spec.get(field)
        if value is None or value is False:
            continue
        if value is True:
            yield fault(view.pod, (field,), value, f"shares {what} ({field})")
        else:
            yield misshapen(view.pod, (field,), value, "a boolean")


HOST_NAMESPACES = Control("hostNamespaces", "baseline", (1, 0), _check)

"""Capabilities: baseline adds none beyond a runtime's default set, restricted drops ALL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import Holder, View
from modelyard.podsecurity.words import shown

_PATH = ("securityContext", "capabilities")

# What container runtimes give by default, without NET_RAW. Names are matched as they are: `CAP_CHOWN`
# and `chown` are not among them, in Kubernetes either.
_DEFAULTS = frozenset(
    (
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    )
)
_RESTRICTED = frozenset(("NET_BIND_SERVICE",))


def _baseline(view: View, version: Version) -> Iterator[Fault]:
    for holder in view.containers:
        found = holder.context.get("capabilities")
        if found is None:
            continue
        if not isinstance(found, dict):
            yield misshapen(holder, _PATH, found, "a mapping")
            continue
        added = found.get("add")
        if added is not None:
            yield from _added(holder, added, _DEFAULTS, "which is not of the default set")


def _restricted(view: View, version: Version) -> Iterator[Fault]:
    # Since 1.25; Windows has no capabilities. What cannot be read is said all the same.
    is_exempt = version >= (1, 25) and view.is_windows
    for holder in view.containers:
        found = holder.context.get("capabilities")
        if found is not None and not isinstance(found, dict):
            yield misshapen(holder, _PATH, found, "a mapping")
            continue
        found = found or {}
        dropped = found.get("drop")
        # Nearly all pods that are right are right in these very words.
        if dropped != ["ALL"]:
            yield from _dropped(holder, dropped, is_exempt)
        added = found.get("add")
        if added is not None and not is_exempt:
            yield from _added(holder, added, _RESTRICTED, "and only NET_BIND_SERVICE may be added")


def _added(holder: Holder, added: Any, allowed: frozenset[str], why: str) -> Iterator[Fault]:
    path = (*_PATH, "add")
    if not isinstance(added, list):
        yield misshapen(holder, path, added, "a list")
        return
    for index, name in enumerate(added):
        if not isinstance(name, str):
            yield misshapen(holder, (*path, index), name, "a list of strings")
        elif name not in allowed:
            yield fault(holder, (*path, index), name, f"adds the capability {shown(name)}, {why}")


def _dropped(holder: Holder, dropped: Any, is_exempt: bool) -> Iterator[Fault]:
    path = (*_PATH, "drop")
    if dropped is not None and not isinstance(dropped, list):
        yield misshapen(holder, path, dropped, "a list")
        return
    names = dropped or []
    for index, name in enumerate(names):
        if not isinstance(name, str):
            yield misshapen(holder, (*path, index), name, "a list of strings")
    if "ALL" not in names and not is_exempt:
        yield fault(holder, path, None, "keeps the runtime's default capabilities: it does not drop ALL")


BASELINE = Control("capabilities_baseline", "baseline", (1, 0), _baseline)
RESTRICTED = Control("capabilities_restricted", "restricted", (1, 22), _restricted)

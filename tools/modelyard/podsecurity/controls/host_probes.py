"""Probes and lifecycle hooks go to the pod itself, never to a host that they name.

The kubelet sends them, from the node and with the node's reach: to a `host` that the pod's author chose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import Holder, View
from modelyard.podsecurity.words import dotted, shown
from modelyard.subjects.document import Path

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
_HANDLERS = ("httpGet", "tcpSocket")


def _check(view: View, version: Version) -> Iterator[Fault]:
    for holder in view.containers:
        data = holder.data
        for key in _PROBES:
            if key in data:
                yield from _handlers(holder, (key,), data[key])
        if "lifecycle" in data:
            yield from _lifecycle(holder, data["lifecycle"])


def _lifecycle(holder: Holder, found: Any) -> Iterator[Fault]:
    if found is None:
        return
    if not isinstance(found, dict):
        yield misshapen(holder, ("lifecycle",), found, "a mapping")
        return
    for key in _HOOKS:
        yield from _handlers(holder, ("lifecycle", key), found.get(key))


def _handlers(holder: Holder, path: Path, found: Any) -> Iterator[Fault]:
    if found is None:
        return
    if not isinstance(found, dict):
        yield misshapen(holder, path, found, "a mapping")
        return
    for key in _HANDLERS:
        handler = found.get(key)
        if handler is None:
            continue
        if not isinstance(handler, dict):
            yield misshapen(holder, (*path, key), handler, "a mapping")
            continue
        host = handler.get("host")
        if host is not None and host != "":
            yield _host(holder, (*path, key, "host"), host)


def _host(holder: Holder, path: Path, host: Any) -> Fault:
    if not isinstance(host, str):
        return misshapen(holder, path, host, "a string")
    return fault(holder, path, host, f"names {shown(host)} as {dotted(path)}: the node itself would go there")


HOST_PROBES_AND_HOST_LIFECYCLE = Control("hostProbesAndHostLifecycle", "baseline", (1, 34), _check)

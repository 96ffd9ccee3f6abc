"""No container takes a port of the host's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import Holder, View
from modelyard.podsecurity.words import shown
from modelyard.subjects.document import Path


def _check(view: View, version: Version) -> Iterator[Fault]:
    for holder in view.containers:
        ports = holder.data.get("ports")
        if ports is None:
            continue
        if not isinstance(ports, list):
            yield misshapen(holder, ("ports",), ports, "a list")
            continue
        for index, port in enumerate(ports):
            yield from _port(holder, ("ports", index), port)


def _port(holder: Holder, path: Path, port: Any) -> Iterator[Fault]:
    if not isinstance(port, dict):
        yield misshapen(holder, path, port, "a list of mappings")
        return
    value = port.get("hostPort")
    if value is None:
        return
    # False equals 0 in Python, and is no port.
    if isinstance(value, bool) or not isinstance(value, int):
        yield misshapen(holder, (*path, "hostPort"), value, "an integer")
    elif value != 0:
        yield fault(holder, (*path, "hostPort"), value, f"takes port {shown(value)} of the host")


HOST_PORTS = Control("hostPorts", "baseline", (1, 0), _check)

"""Only sysctls that stay within the pod."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import View
from modelyard.podsecurity.words import shown
from modelyard.subjects.document import Path

_PATH = ("securityContext", "sysctls")

# Each with the first version of the standards that has it.
_SAFE_SINCE: dict[str, Version] = {
    "kernel.shm_rmid_forced": (1, 0),
    "net.ipv4.ip_local_port_range": (1, 0),
    "net.ipv4.tcp_syncookies": (1, 0),
    "net.ipv4.ping_group_range": (1, 0),
    "net.ipv4.ip_unprivileged_port_start": (1, 0),
    "net.ipv4.ip_local_reserved_ports": (1, 27),
    "net.ipv4.tcp_keepalive_time": (1, 29),
    "net.ipv4.tcp_fin_timeout": (1, 29),
    "net.ipv4.tcp_keepalive_intvl": (1, 29),
    "net.ipv4.tcp_keepalive_probes": (1, 29),
    "net.ipv4.tcp_rmem": (1, 32),
    "net.ipv4.tcp_wmem": (1, 32),
    "net.ipv4.tcp_slow_start_after_idle": (1, 37),
    "net.ipv4.tcp_notsent_lowat": (1, 37),
}


def _check(view: View, version: Version) -> Iterator[Fault]:
    found = view.pod.context.get("sysctls")
    if found is None:
        return
    if not isinstance(found, list):
        yield misshapen(view.pod, _PATH, found, "a list")
        return
    for index, entry in enumerate(found):
        yield from _entry(view, (*_PATH, index), entry, version)


def _entry(view: View, path: Path, entry: Any, version: Version) -> Iterator[Fault]:
    if not isinstance(entry, dict):
        yield misshapen(view.pod, path, entry, "a list of mappings")
        return
    name = entry.get("name")
    if not isinstance(name, str):
        yield misshapen(view.pod, (*path, "name"), name, "a string")
        return
    since = _SAFE_SINCE.get(name)
    if since is None:
        yield fault(view.pod, (*path, "name"), name, f"sets the sysctl {shown(name)}, not a safe one")
    elif version < since:
        words = f"sets the sysctl {shown(name)}, which is safe only since Kubernetes {since[0]}.{since[1]}"
        yield fault(view.pod, (*path, "name"), name, words)


SYSCTLS = Control("sysctls", "baseline", (1, 0), _check)

"""No HostProcess container, the privileged one of Windows."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import View

_PATH = ("securityContext", "windowsOptions")


def _check(view: View, version: Version) -> Iterator[Fault]:
    for holder in view.holders:
        options = holder.context.get("windowsOptions")
        if options is None:
            continue
        if not isinstance(options, dict):
            yield misshapen(holder, _PATH, options, "a mapping")
            continue
        value = options.get("hostProcess")
        if value is None or value is False:
            continue
        path = (*_PATH, "hostProcess")
        if value is True:
            yield fault(holder, path, value, "runs as a process of the Windows host (hostProcess)")
        else:
            yield misshapen(holder, path, value, "a boolean")


WINDOWS_HOST_PROCESS = Control("windowsHostProcess", "baseline", (1, 0), _check)

"""The runtime's AppArmor profile may be replaced by one of the node's, never taken away.

Fields since the Kubernetes of 1.30, for every version of the standards; the annotations of before are still
obeyed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.controls._profiles import profile_faults
from modelyard.podsecurity.view import View
from modelyard.podsecurity.words import shown

_PREFIX = "container.apparmor.security.beta.kubernetes.io/"


def _check(view: View, version: Version) -> Iterator[Fault]:
    for holder in view.holders:
        if "appArmorProfile" in holder.context:
            yield from profile_faults(holder, "appArmorProfile")
    for key, value in view.annotations.items():
        if isinstance(key, str) and key.startswith(_PREFIX) and not _is_allowed(value):
            yield Fault(
                ("annotations", key),
                f"the annotation {shown(key)} is {shown(value)}, not runtime/default or localhost/...",
                f"annotation {shown(key)} {shown(value)}",
                "metadata",
            )


def _is_allowed(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, str) and (value in ("", "runtime/default") or value.startswith("localhost/"))


APP_ARMOR_PROFILE = Control("appArmorProfile", "baseline", (1, 0), _check)

"""seccomp: baseline does not switch it off, restricted switches it on.

Up to 1.18 it was said by annotations, which nothing obeys any more; since 1.19 by fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.controls._profiles import profile_faults
from modelyard.podsecurity.faults import fault
from modelyard.podsecurity.view import View
from modelyard.podsecurity.words import shown

_FIELD = "seccompProfile"
_OF_POD = "seccomp.security.alpha.kubernetes.io/pod"
_OF_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"


def _baseline(view: View, version: Version) -> Iterator[Fault]:
    if version < (1, 19):
        yield from _annotations(view)
        return
    for holder in view.holders:
        if _FIELD in holder.context:
            yield from profile_faults(holder, _FIELD)


def _restricted(view: View, version: Version) -> Iterator[Fault]:
    # Since 1.25; Windows has no seccomp.
    if version >= (1, 25) and view.is_windows:
        return
    yield from profile_faults(view.pod, _FIELD)
    # One that is wrong for the pod has been named once; its containers need not repeat it.
    unsaid = view.pod.context.get(_FIELD) is None
    for holder in view.containers:
        if holder.context.get(_FIELD) is not None:
            yield from profile_faults(holder, _FIELD)
        elif unsaid:
            yield fault(
                holder,
                ("securityContext", _FIELD),
                None,
                "runs without a seccomp profile: neither it nor the pod has a seccompProfile",
            )


def _annotations(view: View) -> Iterator[Fault]:
    for key, value in view.annotations.items():
        if not isinstance(key, str) or not (key == _OF_POD or key.startswith(_OF_CONTAINER)):
            continue
        if not _is_allowed(value):
            yield Fault(
                ("annotations", key),
                f"the annotation {shown(key)} is {shown(value)}, not runtime/default or localhost/...",
                f"annotation {shown(key)} {shown(value)}",
                "metadata",
            )


def _is_allowed(value: Any) -> bool:
    return isinstance(value, str) and (
        value in ("runtime/default", "docker/default") or value.startswith("localhost/")
    )


BASELINE = Control("seccompProfile_baseline", "baseline", (1, 0), _baseline)
RESTRICTED = Control("seccompProfile_restricted", "restricted", (1, 19), _restricted)

"""Containers run as somebody else than root, and say so.

Since 1.35 neither is asked of a pod with a user namespace (`hostUsers: false`): its root is nobody outside.
What cannot be read is said all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import Holder, View

_NON_ROOT = ("securityContext", "runAsNonRoot")
_USER = ("securityContext", "runAsUser")
# The API takes no higher ones; beyond, the kernel's 32 bits wrap around to 0.
_HIGHEST = 2**31 - 1


def _non_root(view: View, version: Version) -> Iterator[Fault]:
    is_exempt = version >= (1, 35) and view.has_own_users
    pod = view.pod.context.get("runAsNonRoot")
    if not (pod is None or pod is True or (is_exempt and pod is False)):
        yield _said_otherwise(view.pod, pod)
    for holder in view.containers:
        value = holder.context.get("runAsNonRoot")
        if value is True or (is_exempt and (value is None or value is False)):
            continue
        if value is not None:
            yield _said_otherwise(holder, value)
        elif pod is None:
            # One that is wrong for the pod has been named once; its containers need not repeat it.
            words = "may run as root: neither it nor the pod has runAsNonRoot: true"
            yield fault(holder, _NON_ROOT, None, words)


def _said_otherwise(holder: Holder, value: object) -> Fault:
    if value is False:
        return fault(holder, _NON_ROOT, value, "may run as root: runAsNonRoot is false")
    return misshapen(holder, _NON_ROOT, value, "a boolean")


def _user(view: View, version: Version) -> Iterator[Fault]:
    is_exempt = version >= (1, 35) and view.has_own_users
    for holder in view.holders:
        value = holder.context.get("runAsUser")
        if value is None:
            continue
        # False equals 0 in Python, and is no user.
        if isinstance(value, bool) or not isinstance(value, int):
            yield misshapen(holder, _USER, value, "an integer")
        elif value == 0:
            if not is_exempt:
                yield fault(holder, _USER, value, "runs as root: runAsUser is 0")
        elif not 0 < value <= _HIGHEST:
            yield misshapen(holder, _USER, value, f"a user id from 1 to {_HIGHEST}")


RUN_AS_NON_ROOT = Control("runAsNonRoot", "restricted", (1, 0), _non_root)
RUN_AS_USER = Control("runAsUser", "restricted", (1, 23), _user)

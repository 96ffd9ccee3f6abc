"""SELinux: no user or role of one's own, and no type but those made for containers."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.podsecurity.control import Control, Fault, Version
from modelyard.podsecurity.faults import fault, misshapen
from modelyard.podsecurity.view import Holder, View
from modelyard.podsecurity.words import shown

_PATH = ("securityContext", "seLinuxOptions")
_TYPES = frozenset(("container_t", "container_init_t", "container_kvm_t"))
_TYPES_SINCE_1_31 = _TYPES | {"container_engine_t"}


def _check(view: View, version: Version) -> Iterator[Fault]:
    types = _TYPES_SINCE_1_31 if version >= (1, 31) else _TYPES
    for holder in view.holders:
        if "seLinuxOptions" in holder.context:
            yield from _options(holder, types)


def _options(holder: Holder, types: frozenset[str]) -> Iterator[Fault]:
    options = holder.context["seLinuxOptions"]
    if options is None:
        return
    if not isinstance(options, dict):
        yield misshapen(holder, _PATH, options, "a mapping")
        return
    # The level, which keeps pods apart from each other, is free.
    for field in ("type", "user", "role"):
        value = options.get(field)
        if value is None or value == "" or (field == "type" and isinstance(value, str) and value in types):
            continue
        if isinstance(value, str):
            yield fault(holder, (*_PATH, field), value, f"has {shown(value)} as SELinux {field}")
        else:
            yield misshapen(holder, (*_PATH, field), value, "a string")


SE_LINUX_OPTIONS = Control("seLinuxOptions", "baseline", (1, 0), _check)

"""The layers of one model in one environment: defaults < environment < manifest < override.

Built-in defaults are those of the types and need no layer. What an environment gives by default is
cut to what the manifest's kind and targets can have before the manifest is laid over it.
"""

from __future__ import annotations

from modelyard.source.node import Mapping, Node, Scalar
from modelyard.spec.layer import merge

_ONLY_FOR_SERVICES = ("scaling",)


def layered(defaults: Mapping | None, manifest: Mapping, override: Mapping | None) -> Mapping:
    """The merged tree; every node of it still knows which file it came from."""
    lower = None if defaults is None else _fitting(defaults, manifest)
    merged = merge(lower, manifest)
    if override is not None:
        merged = merge(merged, override)
    assert isinstance(merged, Mapping)
    return _containers_filled(merged)


def _fitting(defaults: Mapping, manifest: Mapping) -> Mapping:
    kind = manifest.get("kind")
    dropped = set() if isinstance(kind, Scalar) and kind.value == "Service" else set(_ONLY_FOR_SERVICES)
    entries = {key: entry for key, entry in defaults.entries.items() if key not in dropped}
    if "targets" in entries:
        named = manifest.get("targets")
        wanted = named.entries if isinstance(named, Mapping) else {}
        key_node, settings = entries["targets"]
        assert isinstance(settings, Mapping)
        kept = {name: entry for name, entry in settings.entries.items() if name in wanted}
        entries["targets"] = (key_node, _copy(settings, kept))
    return _copy(defaults, entries)


def _containers_filled(merged: Mapping) -> Mapping:
    """With several containers, ``env`` and ``resources`` of the model are what each begins with."""
    containers = merged.get("containers")
    if not isinstance(containers, Mapping):
        return merged
    filled = {}
    for name, (key_node, container) in containers.entries.items():
        node: Node = container
        if isinstance(container, Mapping):
            common = {key: merged.entries[key] for key in ("env", "resources") if key in merged.entries}
            node = merge(_copy(merged, common), container)
        filled[name] = (key_node, node)
    entries = dict(merged.entries)
    entries["containers"] = (merged.entries["containers"][0], _copy(containers, filled))
    return _copy(merged, entries)


def _copy(node: Mapping, entries: dict[str, tuple[Scalar, Node]]) -> Mapping:
    return Mapping(node.path, node.line, node.column, node.length, entries)

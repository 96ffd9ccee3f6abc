"""The layers of one model in one environment: defaults < environment < manifest < override.

Built-in defaults are those of the types and need no layer. What an environment gives by default is
cut to what the manifest's kind and targets can have before the manifest is laid over it.
"""

from __future__ import annotations

from modelyard.source.node import Mapping, Node, Scalar
from modelyard.spec.layer import merge

_ONLY_FOR_SERVICES = ("scaling",)
_FOR_EACH_CONTAINER = ("env", "resources")


def layered(defaults: Mapping | None, manifest: Mapping, override: Mapping | None) -> Mapping:
    """The merged tree; every node of it still knows which file it came from."""
    lower = None if defaults is None else _fitting(defaults, manifest, override)
    merged = merge(lower, manifest) if override is None else merge(merge(lower, manifest), override)
    assert isinstance(merged, Mapping)
    filled = _containers_filled(merged)
    if override is not None and "containers" in override.entries:
        # Once more, for a null there that takes away what the container has from the model.
        filled = _merged(filled, _copy(override, {"containers": override.entries["containers"]}))
    return filled


def _merged(lower: Mapping, upper: Mapping) -> Mapping:
    merged = merge(lower, upper)
    assert isinstance(merged, Mapping)
    return merged


def _fitting(defaults: Mapping, manifest: Mapping, override: Mapping | None) -> Mapping:
    kind = manifest.get("kind")
    dropped = set() if isinstance(kind, Scalar) and kind.value == "Service" else set(_ONLY_FOR_SERVICES)
    entries = {key: entry for key, entry in defaults.entries.items() if key not in dropped}
    if "targets" in entries:
        named = [layer.get("targets") for layer in (manifest, override) if layer is not None]
        wanted = {name for targets in named if isinstance(targets, Mapping) for name in targets.entries}
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
            common = {key: entry for key, entry in merged.entries.items() if key in _FOR_EACH_CONTAINER}
            node = merge(_copy(merged, common), container)
        filled[name] = (key_node, node)
    entries = dict(merged.entries)
    entries["containers"] = (merged.entries["containers"][0], _copy(containers, filled))
    return _copy(merged, entries)


def _copy(node: Mapping, entries: dict[str, tuple[Scalar, Node]]) -> Mapping:
    return Mapping(node.path, node.line, node.column, node.length, entries)

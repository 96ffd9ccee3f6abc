"""A manifest laid over the model servers that it names.

What a runtime brings is one more layer, above the environment's defaults and below the manifest: every value
keeps its file and line, and what the manifest says itself wins.
"""

from __future__ import annotations

from modelyard.load.placeholders import fill, values
from modelyard.load.runtimes import ORIGIN, Runtimes
from modelyard.source.node import Mapping as MappingNode
from modelyard.source.node import Node, Scalar
from modelyard.spec.decode import Decoder

_Entries = dict[str, tuple[Scalar, Node]]


def over_runtimes(tree: MappingNode, runtimes: Runtimes, decoder: Decoder) -> MappingNode | None:
    """The manifest over what its runtimes bring; the same node where it names none.

    None where one of them cannot be: that is reported, and nothing else of the manifest can be known.
    """
    parts = list(_parts(tree))
    if not any("runtime" in part.entries for _, part in parts):
        return tree
    misplaced = _misplaced(tree)
    laid: dict[str, MappingNode] = {}
    for name, part in parts:
        node = part.get("runtime")
        if not (isinstance(node, Scalar) and isinstance(node.value, str)):
            continue  # there is none, or the decoder says what is wrong with it
        if name in misplaced:
            decoder.report("misplaced-field", node, *misplaced[name])
            return None
        below = _layer(node, node.value, runtimes, decoder)
        if below is None:
            return None
        laid[name] = _merged(below, part)
    return _with_parts(laid.get("", tree), {name: part for name, part in laid.items() if name})


def filled(tree: MappingNode) -> MappingNode:
    """The manifest after all layers, with what its runtimes leave to the model put in its place."""
    name = tree.get("name")
    model = name.text if isinstance(name, Scalar) else ""
    full: dict[str, MappingNode] = {}
    for container, part in _parts(tree):
        if "runtime" in part.entries:
            found = fill(part, values(part, model, container, tree), ORIGIN)
            assert isinstance(found, MappingNode)
            full[container] = found
    return _with_parts(full.get("", tree), {name: part for name, part in full.items() if name})


def without_runtimes(tree: MappingNode) -> MappingNode:
    """The manifest with what its runtimes bring as its own, without their names: what a release freezes."""
    bare = {
        container: _like(part, {key: entry for key, entry in part.entries.items() if key != "runtime"})
        for container, part in _parts(filled(tree))
        if "runtime" in part.entries
    }
    return _with_parts(bare.get("", tree), {name: part for name, part in bare.items() if name})


def _parts(tree: MappingNode) -> list[tuple[str, MappingNode]]:
    """The manifest itself under no name, then its containers."""
    containers = tree.get("containers")
    several = containers.entries.items() if isinstance(containers, MappingNode) else ()
    return [("", tree), *((name, node) for name, (_, node) in several if isinstance(node, MappingNode))]


def _misplaced(tree: MappingNode) -> dict[str, tuple[str, str]]:
    """Where a runtime may not stand, and why."""
    kind = tree.get("kind")
    if isinstance(kind, Scalar) and kind.value == "Job":
        why = "a job answers no requests: it has no runtime", "take it away"
        return {name: why for name, _ in _parts(tree)}
    if "containers" in tree.entries:
        return {
            "": (
                '"runtime" is for a single container',
                "move it into the containers: containers.<name>.runtime",
            )
        }
    return {}


def _layer(node: Scalar, name: str, runtimes: Runtimes, decoder: Decoder) -> MappingNode | None:
    try:
        runtime, findings = runtimes.load(name)
    except KeyError:
        from modelyard.findings.nearest import did_you_mean

        hint = did_you_mean(name, runtimes.names())
        decoder.report("unknown-runtime", node, f'there is no runtime "{name[:80]}"', hint)
        return None
    decoder.findings += findings
    return runtime.layer if runtime is not None else None


def _merged(below: MappingNode, part: MappingNode) -> MappingNode:
    """The part over the runtime's layer. An image of the manifest's own takes the place of the runtime's."""
    own, brought = part.get("image"), below.get("image")
    if isinstance(own, MappingNode) and isinstance(brought, MappingNode):
        said = {"build", "reference", "catalogue"} & own.entries.keys()
        if said and not said & brought.entries.keys():
            below = _like(below, {key: entry for key, entry in below.entries.items() if key != "image"})
    return _over(below, part)


def _over(below: MappingNode, above: MappingNode) -> MappingNode:
    """As layers are merged, but for nulls: a manifest has none, so they stay for the decoder to refuse."""
    entries = dict(below.entries)
    for key, (key_node, value) in above.entries.items():
        known = entries[key][1] if key in entries else None
        both = isinstance(known, MappingNode) and isinstance(value, MappingNode)
        entries[key] = (key_node, _over(known, value) if both else value)  # type: ignore[arg-type]
    return _like(above, entries)


def _with_parts(tree: MappingNode, parts: dict[str, MappingNode]) -> MappingNode:
    containers = tree.get("containers")
    if not parts or not isinstance(containers, MappingNode):
        return tree
    several = {name: (key, parts.get(name, node)) for name, (key, node) in containers.entries.items()}
    key = tree.entries["containers"][0]
    return _like(tree, {**tree.entries, "containers": (key, _like(containers, several))})


def _like(node: MappingNode, entries: _Entries) -> MappingNode:
    return MappingNode(node.path, node.line, node.column, node.length, entries)

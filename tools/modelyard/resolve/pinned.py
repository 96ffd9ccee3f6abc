"""A manifest whose images of the catalogue are named by reference, so that a later digest changes nothing."""

from __future__ import annotations

from modelyard.source.node import Mapping as MappingNode
from modelyard.source.node import Node, Scalar
from modelyard.spec.catalogue import Catalogue

_CATALOGUE, _REFERENCE = "catalogue", "reference"


def by_reference(manifest: MappingNode, catalogue: Catalogue) -> MappingNode:
    """The manifest with ``image.reference`` for each ``image.catalogue`` that the catalogue has.

    A key that it lacks stays, and is refused where images are resolved.
    """
    entries = {key: (name, _of(key, node, catalogue)) for key, (name, node) in manifest.entries.items()}
    return _like(manifest, entries)


def _of(key: str, node: Node, catalogue: Catalogue) -> Node:
    if not isinstance(node, MappingNode):
        return node
    if key == "image":
        return _image(node, catalogue)
    if key == "containers":
        several = {
            name: (key_node, by_reference(part, catalogue) if isinstance(part, MappingNode) else part)
            for name, (key_node, part) in node.entries.items()
        }
        return _like(node, several)
    return node


def _image(image: MappingNode, catalogue: Catalogue) -> MappingNode:
    node = image.get(_CATALOGUE)
    known = catalogue.images.get(node.text) if isinstance(node, Scalar) else None
    if node is None or known is None:
        return image
    at = (node.path, node.line, node.column, node.length)
    key, value = (Scalar(*at, text, text) for text in (_REFERENCE, known.reference))
    rest = {name: entry for name, entry in image.entries.items() if name != _CATALOGUE}
    return _like(image, {**rest, _REFERENCE: (key, value)})


def _like(node: MappingNode, entries: dict[str, tuple[Scalar, Node]]) -> MappingNode:
    return MappingNode(node.path, node.line, node.column, node.length, entries)

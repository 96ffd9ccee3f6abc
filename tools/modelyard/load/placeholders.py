"""What stands in a runtime's strings for values that only the model has: ``{model}``, ``{port}`` and others.

They are filled in on nodes, after all layers: so ``tools/explain`` shows the value with the runtime's line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from modelyard.source.node import Mapping as MappingNode
from modelyard.source.node import Node, Scalar, Sequence
from modelyard.spec.container import Serve
from modelyard.values import Duration
from modelyard.values.malformed import MalformedError

_PLACEHOLDER = re.compile(r"\{([a-z][A-Za-z]*)\}")
_DEFAULTS = Serve()


def values(part: MappingNode, model: str, container: str, whole: MappingNode | None = None) -> dict[str, str]:
    """The values of one container; ``part`` is its node, and ``whole`` the manifest's where it is another.

    port: what it listens on. timeout, drain: in seconds. weights: a JSON list of path and sha256 of each file
    that is there before it starts. multiModel: true or false. A value that cannot be read is the default:
    the decoder reports it.
    """
    whole = whole or part
    serve = part.get("serve")
    said = serve if isinstance(serve, MappingNode) else None
    return {
        "model": model,
        "port": _port(said),
        "timeout": _seconds(said, "timeout", _DEFAULTS.timeout),
        "drain": _seconds(said, "drain", _DEFAULTS.drain),
        "weights": json.dumps(list(_weights(whole.get("artifacts"), container)), separators=(",", ":")),
        "multiModel": "true" if "models" in whole.entries else "false",
    }


def fill(node: Node, known: Mapping[str, str], origin: str) -> Node:
    """The node with every placeholder in scalars of files below ``origin`` filled in.

    What has none is the same node as before. A scalar that is nothing but ``{port}`` becomes a number
    below ``serve``, where ports are numbers, and stays text elsewhere: in variables.
    """
    return _filled(node, known, origin, number=False)


def _filled(node: Node, known: Mapping[str, str], origin: str, *, number: bool) -> Node:
    if isinstance(node, Scalar):
        return _scalar(node, known, number=number) if node.path.startswith(origin) else node
    if isinstance(node, Sequence):
        items = [_filled(item, known, origin, number=number) for item in node.items]
        if all(new is old for new, old in zip(items, node.items, strict=True)):
            return node
        return Sequence(node.path, node.line, node.column, node.length, items)
    assert isinstance(node, MappingNode)
    entries = {
        key: (key_node, _filled(value, known, origin, number=number or key == "serve"))
        for key, (key_node, value) in node.entries.items()
    }
    if all(new[1] is node.entries[key][1] for key, new in entries.items()):
        return node
    return MappingNode(node.path, node.line, node.column, node.length, entries)


def _scalar(node: Scalar, known: Mapping[str, str], *, number: bool) -> Scalar:
    if not isinstance(node.value, str) or "{" not in node.value:
        return node
    text = _PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), node.value)
    value = int(text) if number and node.value == "{port}" else text
    return Scalar(node.path, node.line, node.column, node.length, value, text)


def _port(serve: MappingNode | None) -> str:
    node = serve.get("port") if serve is not None else None
    said = node.value if isinstance(node, Scalar) else None
    return str(said if isinstance(said, int) and not isinstance(said, bool) else _DEFAULTS.port)


def _seconds(serve: MappingNode | None, key: str, default: Duration) -> str:
    node = serve.get(key) if serve is not None else None
    try:
        said = Duration.parse(node.text) if isinstance(node, Scalar) else default
    except MalformedError:
        said = default
    return str(said.seconds)


def _weights(artifacts: Node | None, container: str) -> Iterator[dict[str, str]]:
    for _, item in artifacts.entries.values() if isinstance(artifacts, MappingNode) else ():
        if not isinstance(item, MappingNode) or _text(item, "fetchedBy") == "server":
            continue
        receivers = item.get("containers")
        named = receivers.plain() if isinstance(receivers, Sequence) else []
        if not named or container in named:  # type: ignore[operator]
            yield {"path": _text(item, "path"), "sha256": _text(item, "sha256")}


def _text(node: MappingNode, key: str) -> str:
    value = node.get(key)
    return value.text if isinstance(value, Scalar) else ""

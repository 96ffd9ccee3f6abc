"""A second opinion on a document: the JSON Schema's, by a library that knows nothing of our decoder."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from modelyard.findings import Finding
from modelyard.schema.definitions import Plugins
from modelyard.schema.documents import file_name, generate
from modelyard.schema.messages import hint, message
from modelyard.source.node import Mapping, Node
from modelyard.spec.layer import find

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

RULE = "schema"


class Checker:
    """Checks documents against the schemas of one set of targets; each schema is compiled once."""

    def __init__(self, plugins: Plugins) -> None:
        self._schemas = generate(plugins)
        self._validators: dict[str, Any] = {}

    def check(self, document: Mapping, name: str) -> list[Finding]:
        """What the schema ``name`` (``model``, ``environment`` ...) refuses, each at the node it is about."""
        found = [
            Finding(RULE, node.location, message(error, node), hint(error))
            for error in self._validator(name).iter_errors(document.plain())
            for node in _nodes(document, error)
        ]
        return sorted(dict.fromkeys(found), key=Finding.sort_key)

    def _validator(self, name: str) -> Any:
        if name not in self._validators:
            from jsonschema import Draft202012Validator

            self._validators[name] = Draft202012Validator(_with_paths(self._schemas[file_name(name)]))
        return self._validators[name]


def check(document: Mapping, name: str) -> list[Finding]:
    """What the schema of this kind of file refuses in a document, with the targets that are there."""
    return _checker().check(document, name)


@functools.cache
def _checker() -> Checker:
    from modelyard.targets.registry import discover

    return Checker(discover().plugins)


def _nodes(document: Mapping, error: ValidationError) -> Iterator[Node]:
    """The nodes that an error is about: a key where it is about a key, otherwise the value at its path."""
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        mapping = find(document, path)[0]
        assert isinstance(mapping, Mapping)
        for key in mapping.entries.keys() - error.schema["properties"].keys():
            yield mapping.entries[key][0]
    elif "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str):
        yield _key(document, path, error.instance)
    elif error.validator == "not":
        yield _key(document, path[:-1], str(path[-1]))
    else:
        yield find(document, path)[0]


def _key(document: Mapping, path: tuple[str | int, ...], key: str) -> Node:
    mapping = find(document, path)[0]
    assert isinstance(mapping, Mapping)
    return mapping.entries[key][0]


def _with_paths(schema: Any) -> Any:
    """The same schema for this library, whose errors do not say which field a bare ``false`` forbids."""
    if isinstance(schema, list):
        return [_with_paths(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    spelt = {key: _with_paths(value) for key, value in schema.items()}
    if isinstance(fields := spelt.get("properties"), dict):
        spelt["properties"] = {
            name: {"not": {}} if field is False else field for name, field in fields.items()
        }
    return spelt

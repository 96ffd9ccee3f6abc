"""Errors of the jsonschema library in the words of our own findings, never with a whole value in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from modelyard.source.node import Node, Scalar

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}


def message(error: ValidationError, node: Node) -> str:
    """One sentence for an error at a node."""
    say = _WORDS.get(str(error.validator))
    return say(error.validator_value, node, error.instance) if say else f"breaks the rule {error.validator}"


def hint(error: ValidationError) -> str:
    """What the schema itself says to whoever wrote a text that a pattern refuses."""
    if error.validator == "pattern" and isinstance(error.schema, dict):
        return str(error.schema.get("patternErrorMessage", ""))
    return ""


def _shown(node: Node) -> str:
    if isinstance(node, Scalar):
        return f'"{node.text[:80]}"'
    return node.describe()


def _type(wanted: Any, node: Node, instance: Any) -> str:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    return f"expected {' or '.join(_TYPES[kind] for kind in kinds)}, found {node.describe()}"


def _enum(wanted: Any, node: Node, instance: Any) -> str:
    return f"{_shown(node)} is not one of {', '.join(str(value) for value in wanted if value is not None)}"


def _required(wanted: Any, node: Node, instance: Any) -> str:
    missing = [name for name in wanted if name not in instance]
    return f"missing here: {', '.join(missing)}"


def _one_of_fields(wanted: Any, node: Node, instance: Any) -> str:
    return f"one of {', '.join(choice['required'][0] for choice in wanted)} is due"


_WORDS: Mapping[str, Callable[[Any, Node, Any], str]] = {
    "type": _type,
    "enum": _enum,
    "required": _required,
    "anyOf": _one_of_fields,
    "not": lambda wanted, node, instance: (
        f"{_shown(node)} cannot be there beside another field that excludes it"
    ),
    "additionalProperties": lambda wanted, node, instance: f"there is no field {_shown(node)} here",
    "pattern": lambda wanted, node, instance: f"{_shown(node)} does not have the form that is due",
    "minimum": lambda wanted, node, instance: f"{_shown(node)} is less than {wanted}",
    "exclusiveMinimum": lambda wanted, node, instance: f"{_shown(node)} is not more than {wanted}",
    "maximum": lambda wanted, node, instance: f"{_shown(node)} is more than {wanted}",
    "minLength": lambda wanted, node, instance: (
        f"at least {wanted} characters are due, here are {len(instance)}"
    ),
    "maxLength": lambda wanted, node, instance: f"at most {wanted} characters fit, here are {len(instance)}",
    "minItems": lambda wanted, node, instance: f"at least {wanted} entries are due, here are {len(instance)}",
    "maxItems": lambda wanted, node, instance: f"at most {wanted} entries fit, here are {len(instance)}",
    "minProperties": lambda wanted, node, instance: (
        f"at least {wanted} entries are due, here are {len(instance)}"
    ),
    "maxProperties": lambda wanted, node, instance: f"at most {wanted} entries fit, here are {len(instance)}",
}

"""From located nodes to typed values: parse once, collect every problem, keep no untyped dict."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, TypeVar

from modelyard.findings import Finding
from modelyard.source.node import Mapping, Node, Scalar, Sequence
from modelyard.spec.field import Size, Spec, Text
from modelyard.spec.shape import (
    AnyShape,
    ChoiceShape,
    FieldShape,
    FlagShape,
    ListShape,
    MapShape,
    NumberShape,
    ParsedShape,
    PluginsShape,
    Shape,
    SpecShape,
    TextShape,
    fields_of,
)
from modelyard.values.malformed import MalformedError

S = TypeVar("S", bound=Spec)
_ONE_VALUE = "give it one value, or leave the field out"
_ENTRIES = "write its fields as key: value below it, indented, or leave it out"


class _Invalid:
    """Stands for a value that was refused: its finding is already in the list."""


INVALID = _Invalid()


class Decoder:
    """Decodes nodes and gathers findings.

    A node that was decoded before is not decoded again: layers of one manifest share the parts that
    no layer changes, and so a model costs little more in three environments than in one.
    """

    def __init__(
        self, plugins: collections.abc.Mapping[str, collections.abc.Mapping[str, type[Spec]]]
    ) -> None:
        """``plugins`` gives, for each role of ``Plugins``, the Spec that each target brings."""
        self.plugins = plugins
        self.findings: list[Finding] = []
        self._memo: dict[tuple[int, int], tuple[Node, Any]] = {}

    def decode(self, node: Node, spec: type[S]) -> S | None:
        """The typed value, or None where any part of it was refused (``findings`` says what)."""
        value = self.value(node, _shape(spec))
        return value if isinstance(value, spec) else None

    def report(self, rule: str, node: Node, message: str, hint: str = "") -> _Invalid:
        self.findings.append(Finding(rule, node.location, message, hint))
        return INVALID

    def value(self, node: Node, shape: Shape) -> Any:
        if type(node) is Scalar:
            return _DECODERS[type(shape)](self, node, shape)
        key = (id(node), id(shape))
        known = self._memo.get(key)
        if known is None:
            known = (node, _DECODERS[type(shape)](self, node, shape))
            self._memo[key] = known
        return known[1]


# One shape for each type, since the memo of a decoder is keyed by the shape's identity.
_SHAPES: dict[type[Spec], SpecShape] = {}


def _shape(spec: type[Spec]) -> SpecShape:
    return _SHAPES.setdefault(spec, SpecShape(spec))


def _wrong_type(decoder: Decoder, node: Node, wanted: str, hint: str = "") -> _Invalid:
    return decoder.report("wrong-type", node, f"expected {wanted}, found {node.describe()}", hint)


def _text(decoder: Decoder, node: Node, shape: TextShape) -> Any:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        if isinstance(node, Scalar) and node.value is not None:
            return _wrong_type(decoder, node, "a string", f'put it in quotes: "{node.text[:80]}"')
        return _wrong_type(decoder, node, shape.bounds.what, shape.bounds.hint or _ONE_VALUE)
    return node.value if _fits(decoder, node, node.value, shape.bounds) else INVALID


def _fits(decoder: Decoder, node: Node, text: str, bounds: Text) -> bool:
    if bounds.matches(text):
        return True
    if len(text) > bounds.max_length:
        message = f"{bounds.what} has at most {bounds.max_length} characters, this has {len(text)}"
    else:
        message = f'"{text[:80]}" is not {bounds.what}'
    shortest = f"write {bounds.min_length} to {bounds.max_length} characters"
    decoder.report("malformed-value", node, message, bounds.hint or shortest)
    return False


def _number(decoder: Decoder, node: Node, shape: NumberShape) -> Any:
    kinds = (int,) if shape.integer else (int, float)
    value = node.value if isinstance(node, Scalar) else None
    wanted = "an integer" if shape.integer else "a number"
    if not isinstance(value, kinds) or isinstance(value, bool):
        quoted = isinstance(value, str) and value.lstrip("+-").replace(".", "", 1).isdecimal()
        return _wrong_type(
            decoder, node, wanted, "write it without quotes" if quoted else f"write {wanted}, as in 3"
        )
    low, high = shape.bounds.low, shape.bounds.high
    if not low <= value <= high:
        assert isinstance(node, Scalar)
        unit = f" {shape.bounds.unit}" if shape.bounds.unit else ""
        message = f"{node.text[:80]} is not between {low:.15g} and {high:.15g}{unit}"
        return decoder.report("out-of-range", node, message, f"choose {wanted} in that range")
    return value


def _flag(decoder: Decoder, node: Node, shape: FlagShape) -> Any:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    return _wrong_type(decoder, node, "true or false", "write true or false, without quotes")


def _choice(decoder: Decoder, node: Node, shape: ChoiceShape) -> Any:
    if isinstance(node, Scalar):
        for value in shape.values:
            if node.value == value and type(node.value) is type(value):
                return value
    known = [str(value) for value in shape.values]
    if isinstance(node, Scalar) and node.value is not None:
        from modelyard.findings.nearest import did_you_mean

        hint = did_you_mean(node.text, known)
        if node.text in known:
            quoted = isinstance(node.value, str)
            hint = "write it without quotes" if quoted else f'put it in quotes: "{node.text}"'
        return decoder.report(
            "not-one-of", node, f'"{node.text[:80]}" is not one of the values known here', hint
        )
    return _wrong_type(decoder, node, "one of " + ", ".join(known), "choose one of them")


def _parsed(decoder: Decoder, node: Node, shape: ParsedShape) -> Any:
    if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
        return _wrong_type(decoder, node, "a string", _ONE_VALUE)
    if not isinstance(node.value, str) and not shape.type.accepts_numbers:
        return _wrong_type(decoder, node, "a string", f'put it in quotes: "{node.text[:80]}"')
    text = node.value if isinstance(node.value, str) else node.text
    try:
        value = shape.type.parse(text)
    except MalformedError as error:
        return decoder.report("malformed-value", node, error.message, error.hint)
    if shape.not_zero is not None and not value:
        return decoder.report("out-of-range", node, f'"{text[:80]}" is nothing at all', shape.not_zero.hint)
    return value


def _list(decoder: Decoder, node: Node, shape: ListShape) -> Any:
    if not isinstance(node, Sequence):
        return _wrong_type(decoder, node, "a list", "write each entry on a line of its own, after a dash")
    values = tuple(decoder.value(item, shape.item) for item in node.items)
    if not _counted(decoder, node, len(values), shape.size):
        return INVALID
    return INVALID if any(value is INVALID for value in values) else values


def _map(decoder: Decoder, node: Node, shape: MapShape) -> Any:
    if not isinstance(node, Mapping):
        return _wrong_type(decoder, node, "a mapping", _ENTRIES)
    values, good = {}, _counted(decoder, node, len(node.entries), shape.size)
    if len(node.entries) > shape.size.high:
        return INVALID
    for key, (key_node, value_node) in node.entries.items():
        good &= _fits(decoder, key_node, key, shape.key)
        value = decoder.value(value_node, shape.value)
        good &= value is not INVALID
        values[key] = value
    return MappingProxyType(values) if good else INVALID


def _counted(decoder: Decoder, node: Node, count: int, size: Size) -> bool:
    if size.low <= count <= size.high:
        return True
    message = f"{size.low} to {size.high} entries are due, here are {count}"
    decoder.report("out-of-range", node, message, "add some" if count < size.low else "take some away")
    return False


def _spec(decoder: Decoder, node: Node, shape: SpecShape) -> Any:
    if not isinstance(node, Mapping):
        return _wrong_type(decoder, node, "a mapping", _ENTRIES)
    fields = fields_of(shape.type)
    given, good = {}, True
    for key, (key_node, value_node) in node.entries.items():
        known = fields.get(key)
        if known is None:
            _unknown_field(decoder, key_node, key, fields)
            good = False
            continue
        value = decoder.value(value_node, known.shape)
        good &= value is not INVALID
        given[known.attribute] = value
    good &= _all_there(decoder, node, shape.type, fields)
    return shape.type(**given) if good else INVALID


def _unknown_field(decoder: Decoder, node: Node, key: str, fields: dict[str, FieldShape]) -> None:
    from modelyard.findings.nearest import did_you_mean

    decoder.report("unknown-field", node, f'there is no field "{key[:80]}" here', did_you_mean(key, fields))


def _all_there(decoder: Decoder, node: Mapping, spec: type[Spec], fields: dict[str, FieldShape]) -> bool:
    good = True
    for name, known in fields.items():
        if known.required and name not in node.entries:
            decoder.report(
                "missing-field", node, f'"{name}" is missing', f"{name}: {known.about.description}"
            )
            good = False
    for group, at_least in ((spec.exactly_one_of, 1), (spec.at_most_one_of, 0)):
        present = [name for name in group if name in node.entries]
        if group and not at_least <= len(present) <= 1:
            found = " and ".join(present) or "none of them"
            where = node.entries[present[1]][0] if present else node
            wanted = "exactly one" if at_least else "at most one"
            hint = f"keep {present[0]}, or the other" if present else "add one of them"
            decoder.report(
                "conflicting-fields", where, f"{wanted} of {', '.join(group)} is due, here is {found}", hint
            )
            good = False
    return good


def _plugins(decoder: Decoder, node: Node, shape: PluginsShape) -> Any:
    if not isinstance(node, Mapping):
        return _wrong_type(decoder, node, "a mapping", _ENTRIES)
    known, values, good = decoder.plugins[shape.role], {}, True
    for key, (key_node, value_node) in node.entries.items():
        if key not in known:
            from modelyard.findings.nearest import did_you_mean

            decoder.report(
                "unknown-target", key_node, f'there is no target "{key[:80]}"', did_you_mean(key, known)
            )
            good = False
            continue
        values[key] = decoder.value(value_node, _shape(known[key]))
        good &= values[key] is not INVALID
    return MappingProxyType(values) if good else INVALID


def _any(decoder: Decoder, node: Node, shape: AnyShape) -> Any:
    return node if isinstance(node, Mapping) else _wrong_type(decoder, node, "a mapping", _ENTRIES)


_DECODERS: dict[type, Callable[[Decoder, Any, Any], Any]] = {
    TextShape: _text,
    NumberShape: _number,
    FlagShape: _flag,
    ChoiceShape: _choice,
    ParsedShape: _parsed,
    ListShape: _list,
    MapShape: _map,
    SpecShape: _spec,
    PluginsShape: _plugins,
    AnyShape: _any,
}

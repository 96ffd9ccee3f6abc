"""JSON Schema definitions of Specs: one for each type, and a second one for what may be laid over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from modelyard.schema.ecma import anchored, reanchored
from modelyard.schema.plain import plain
from modelyard.schema.words import description, how_to_write, refusal, summary
from modelyard.spec.field import Spec, Text
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

Schema = dict[str, Any]
Plugins = Mapping[str, Mapping[str, type[Spec]]]
_TARGETS = "modelyard.targets."


class Definitions:
    """Collects the ``$defs`` of one schema file while the shapes of its document are walked.

    With ``patch`` a shape is what RFC 7386 lays over another: no field has to be there, and null takes
    one away. ``embedded`` is the schema of the one mapping of the document that its Spec leaves open.
    """

    def __init__(self, plugins: Plugins, embedded: Schema | None = None) -> None:
        self.defs: dict[str, Schema] = {}
        self._plugins = plugins
        self._embedded = embedded
        self._types: dict[str, type[Spec]] = {}

    def of(self, spec: type[Spec], *, patch: bool = False) -> Schema:
        """A reference to the definition of a Spec, which is made where it is not there yet."""
        name = definition_name(spec)
        if self._types.setdefault(name, spec) is not spec:
            raise TypeError(f"two Specs would both be {name}: {self._types[name]} and {spec}")
        key = f"{name}Patch" if patch else name
        if key not in self.defs:
            self.defs[key] = {}  # holds the place in the order, and ends recursion
            self.defs[key] = self._patch(spec) if patch else self._whole(spec)
        return {"$ref": f"#/$defs/{key}"}

    def patch_fields(self, fields: Iterable[FieldShape], about: str, *, nullable: bool) -> Schema:
        """What may be laid over a mapping of these fields."""
        properties = {}
        for known in fields:
            schema = {
                "description": description(known),
                **self._shape(known.shape, patch=True),
                **_examples(known),
            }
            # Without a required field what remains is never right, whatever is below.
            properties[known.name] = _not_null(schema) if known.required else schema
        return {
            "type": ["object", "null"] if nullable else "object",
            "description": about,
            "properties": properties,
            "additionalProperties": False,
        }

    def field(self, known: FieldShape, *, exclusive: bool = False) -> Schema:
        """A property. Those that exclude each other have no default: an editor would fill in both."""
        schema: Schema = {"description": description(known), **self._shape(known.shape, patch=False)}
        if not known.required and known.default is not None and not exclusive:
            schema["default"] = plain(known.default)
        return schema | _examples(known)

    def _patch(self, spec: type[Spec]) -> Schema:
        return self.patch_fields(fields_of(spec).values(), summary(spec), nullable=True)

    def _whole(self, spec: type[Spec]) -> Schema:
        fields = fields_of(spec)
        exclusive = {*spec.exactly_one_of, *spec.at_most_one_of}
        brought = {path for path in spec.brought if "runtime" in fields}
        schema: Schema = {
            "type": "object",
            "description": summary(spec),
            "properties": {
                name: self.field(known, exclusive=name in exclusive) for name, known in fields.items()
            },
            "additionalProperties": False,
        }
        if required := [name for name, known in fields.items() if known.required and name not in brought]:
            schema["required"] = required
        return (
            schema | _choices(spec, bringing="runtime" in fields) | _due(spec, bringing="runtime" in fields)
        )

    def _shape(self, shape: Shape, *, patch: bool) -> Schema:
        if isinstance(shape, SpecShape):
            return self.of(shape.type, patch=patch)
        if isinstance(shape, AnyShape):
            if self._embedded is None:
                raise TypeError("this document has no mapping that is left open")
            return dict(self._embedded)
        if isinstance(shape, ListShape):
            # A list replaces the one below it as a whole, so its items are never patches.
            schema = {
                "type": "array",
                "items": self._shape(shape.item, patch=False),
                **_size("Items", shape.size),
            }
        elif isinstance(shape, MapShape):
            schema = self._map(shape, patch=patch)
        elif isinstance(shape, PluginsShape):
            known = {name: self.of(spec, patch=patch) for name, spec in self._plugins[shape.role].items()}
            schema = {"type": "object", "properties": known, "additionalProperties": False}
        else:
            schema = _SCALARS[type(shape)](shape)
        return _nullable(schema) if patch else schema

    def _map(self, shape: MapShape, *, patch: bool) -> Schema:
        schema: Schema = {
            "type": "object",
            "propertyNames": {key: value for key, value in _text(shape.key).items() if key != "type"},
            "additionalProperties": self._shape(shape.value, patch=patch),
        }
        # How many remain of a patch depends on what is below it.
        return schema if patch else schema | _size("Properties", shape.size)


def definition_name(spec: type[Spec]) -> str:
    """The key of a Spec in ``$defs``: its class's name, behind its target's where a target brings it."""
    module, name = spec.__module__, spec.__name__
    if not module.startswith(_TARGETS):
        return name
    target = module.removeprefix(_TARGETS).split(".")[0]
    prefix = "".join(part.capitalize() for part in target.split("_"))
    return name if name.startswith(prefix) else prefix + name


def canonical(schema: Schema) -> str:
    """The text of a schema file: two spaces, keys in the order of the types, a newline at the end."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _examples(known: FieldShape) -> Schema:
    return {"examples": plain(known.about.examples)} if known.about.examples else {}


def _due(spec: type[Spec], *, bringing: bool) -> Schema:
    """What must be there below, unless the ``runtime`` beside it brings it."""
    due = [_required_at(path.split(".")) for path in spec.brought]
    if not due:
        return {}
    return {"if": {"required": ["runtime"]}, "else": {"allOf": due}} if bringing else {"allOf": due}


def _required_at(path: list[str]) -> Schema:
    if len(path) == 1:
        return {"required": path}
    return {"properties": {path[0]: _required_at(path[1:])}}


def _choices(spec: type[Spec], *, bringing: bool) -> Schema:
    """Fields that exclude each other: each forbids those after it, so that one field is at fault."""
    schema: Schema = {}
    if spec.exactly_one_of:
        due = f"One of {', '.join(spec.exactly_one_of)} is due."
        enough = (*spec.exactly_one_of, "runtime") if bringing else spec.exactly_one_of
        schema["anyOf"] = [{"required": [name], "errorMessage": due} for name in enough]
    forbidden: dict[str, list[str]] = {}
    for group in (spec.exactly_one_of, spec.at_most_one_of):
        for index, name in enumerate(group[:-1]):
            forbidden.setdefault(name, []).extend(group[index + 1 :])
    if forbidden:
        schema["dependentSchemas"] = {
            name: {
                "properties": dict.fromkeys(others, False),
                "errorMessage": f"{name} is there, which excludes {' and '.join(others)}.",
            }
            for name, others in forbidden.items()
        }
    return schema


def _text(bounds: Text) -> Schema:
    schema: Schema = {"type": "string", "maxLength": bounds.max_length}
    if bounds.min_length:
        schema["minLength"] = bounds.min_length
    pattern = anchored(bounds.pattern)
    if pattern != anchored("(?s:.*)"):
        schema |= {"pattern": pattern, "patternErrorMessage": refusal(bounds)}
    return schema


def _number(shape: NumberShape) -> Schema:
    return {
        "type": "integer" if shape.integer else "number",
        "minimum": shape.bounds.low,
        "maximum": shape.bounds.high,
    }


def _choice(shape: ChoiceShape) -> Schema:
    kind = "string" if isinstance(shape.values[0], str) else "integer"
    return {"type": kind, "enum": list(shape.values)}


def _parsed(shape: ParsedShape) -> Schema:
    schema = dict(shape.type.schema)
    if "pattern" in schema:
        schema["pattern"] = reanchored(schema["pattern"])
        schema["patternErrorMessage"] = how_to_write(shape.type)
    if shape.not_zero is not None:
        schema["not"] = {"type": "string", "pattern": "^(?:[^1-9]*)$"}
    return schema


_SCALARS: Mapping[type, Callable[[Any], Schema]] = {
    TextShape: lambda shape: _text(shape.bounds),
    NumberShape: _number,
    FlagShape: lambda _: {"type": "boolean"},
    ChoiceShape: _choice,
    ParsedShape: _parsed,
}


def _size(what: str, size: Any) -> Schema:
    schema: Schema = {f"max{what}": size.high}
    if size.low:
        schema[f"min{what}"] = size.low
    return schema


def _nullable(schema: Schema) -> Schema:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    nullable = schema | {"type": [*kinds, "null"]}
    if "enum" in schema:
        nullable["enum"] = [*schema["enum"], None]
    return nullable


def _not_null(schema: Schema) -> Schema:
    if "$ref" in schema:
        return schema | {"type": "object"}
    kinds = [kind for kind in schema["type"] if kind != "null"]
    whole = schema | {"type": kinds[0] if len(kinds) == 1 else kinds}
    if "enum" in schema:
        whole["enum"] = [value for value in schema["enum"] if value is not None]
    return whole

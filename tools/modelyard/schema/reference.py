"""The reference pages: a table of fields for every Spec, under the first kind of file that has it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.schema.definitions import Plugins, definition_name
from modelyard.schema.documents import FIXED_FIELDS, override_fields
from modelyard.schema.plain import plain
from modelyard.schema.words import description, summary, unit_of
from modelyard.spec.catalogue import Catalogue
from modelyard.spec.environment import Environment, Override, Release
from modelyard.spec.field import Size, Spec
from modelyard.spec.manifest import KINDS, Manifest
from modelyard.spec.policy import Gate, Waivers
from modelyard.spec.runtime import Runtime
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

_NOTE = "<!-- Made by tools/schema from the types in tools/modelyard. Do not edit. -->"
_PLACES = {"settings": "targets", "platform": "platforms"}
_PARTS = {"Cpu": "CPU", "Memory": "memory", "Cron": "schedule", "Arn": "ARN", "S3Uri": "S3 URI"}


def pages(plugins: Plugins) -> dict[str, str]:
    """The text of each page by its file name."""
    reference = _Reference(plugins)
    return {
        "manifest.md": reference.page(
            "manifest.md", "models/MODEL/model.yaml", Manifest, list(KINDS.values())
        ),
        "base-images.md": reference.page("base-images.md", "Dockerfiles/base-images.yaml", Catalogue),
        "environment.md": reference.page("environment.md", "environments/ENV/environment.yaml", Environment),
        "override.md": reference.page("override.md", "environments/ENV/overrides/MODEL.yaml", Override)
        + _overriding(),
        "release.md": reference.page("release.md", "environments/ENV/releases/MODEL.yaml", Release),
        "gate.md": reference.page("gate.md", "policy/gate.yaml", Gate),
        "waivers.md": reference.page("waivers.md", "policy/waivers.yaml", Waivers),
        "runtime.md": reference.page("runtime.md", "tools/modelyard/runtimes/RUNTIME.yaml", Runtime),
    }


class _Reference:
    """Remembers on which page each Spec is described, so that the later pages link to it."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._places: dict[type[Spec], tuple[str, str]] = {}
        self._todo: list[type[Spec]] = []

    def page(self, name: str, file: str, root: type[Spec], kinds: list[type[Spec]] | None = None) -> str:
        """One page: the document's own fields, what each kind of it adds, and every part of it below."""
        lines = [_NOTE, f"# `{file}`", summary(root)]
        lines.append(self._table(name, fields_of(root)))
        lines += _rules(root)
        for kind in kinds or []:
            own = {key: known for key, known in fields_of(kind).items() if key not in fields_of(root)}
            lines += [f"## `kind: {kind.__name__}`", summary(kind), self._table(name, own)]
        while self._todo:
            spec = self._todo.pop(0)
            lines += [
                f"## {self._places[spec][1]}",
                summary(spec),
                self._table(name, fields_of(spec)),
                *_rules(spec),
            ]
        return "\n\n".join(lines) + "\n"

    def _table(self, page: str, fields: Mapping[str, FieldShape]) -> str:
        if not fields:
            return "It has no fields: write `{}`."
        rows = [self._row(page, known) for known in fields.values()]
        return "\n".join(["| field | type | default | |", "|---|---|---|---|", *rows])

    def _row(self, page: str, known: FieldShape) -> str:
        about = description(known)
        if known.about.examples:
            shown = " or ".join(_code(plain(example)) for example in known.about.examples)
            about += f" For example {shown}."
        cells = [f"`{known.name}`", self._type(page, known.shape), _default(known), about]
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    def _type(self, page: str, shape: Shape) -> str:
        if isinstance(shape, SpecShape):
            return self._link(page, shape.type, definition_name(shape.type))
        if isinstance(shape, ListShape):
            return f"list of {_count(shape.size)}: {self._type(page, shape.item)}"
        if isinstance(shape, MapShape):
            inner = self._type(page, shape.value)
            return f"mapping of {_count(shape.size)}: {_bare(shape.key.what)} → {inner}"
        if isinstance(shape, PluginsShape):
            known = self._plugins[shape.role].items()
            return ", ".join(self._link(page, spec, f"{_PLACES[shape.role]}.{name}") for name, spec in known)
        return _scalar(shape)

    def _link(self, page: str, spec: type[Spec], heading: str) -> str:
        if spec not in self._places:
            self._places[spec] = (page, heading)
            self._todo.append(spec)
        where, heading = self._places[spec]
        anchor = "".join(char for char in heading.lower().replace(" ", "-") if char.isalnum() or char in "-_")
        return f"[{heading}]({'' if where == page else where}#{anchor})"


def _scalar(shape: Shape) -> str:
    if isinstance(shape, ChoiceShape):
        return " or ".join(f"`{value}`" for value in shape.values)
    if isinstance(shape, NumberShape):
        unit = f" {unit_of(shape)}" if unit_of(shape) else ""
        kind = "integer" if shape.integer else "number"
        return f"{kind}, {shape.bounds.low:g} to {shape.bounds.high:g}{unit}"
    if isinstance(shape, FlagShape):
        return "`true` or `false`"
    if isinstance(shape, ParsedShape):
        return _PARTS.get(shape.type.__name__) or _spaced(shape.type.__name__)
    if isinstance(shape, AnyShape):
        return "[manifest](manifest.md)"
    assert isinstance(shape, TextShape)
    return f"{_bare(shape.bounds.what)} (at most {shape.bounds.max_length} characters)"


def _rules(spec: type[Spec]) -> Iterator[str]:
    if spec.exactly_one_of:
        yield f"Exactly one of {_names(spec.exactly_one_of)} must be given."
    if spec.at_most_one_of:
        yield f"At most one of {_names(spec.at_most_one_of)} may be given."


def _overriding() -> str:
    fixed, fields = _names(FIXED_FIELDS), _names(tuple(override_fields()))
    return (
        f"\nWhat `manifest` may hold: {fields}. They are described in [manifest.md](manifest.md). Mappings "
        "are merged, lists and single values replace what was there, and `null` takes it away (RFC 7386). "
        f"{fixed} cannot be replaced: a model is the same image and kind everywhere.\n"
    )


def _default(known: FieldShape) -> str:
    if known.required:
        return "**required**"
    default = plain(known.default)
    return "" if default in (None, [], {}) else _code(default)


def _code(value: Any) -> str:
    if isinstance(value, str) and value:
        return f"`{value}`"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _names(names: tuple[str, ...]) -> str:
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} and {last}"


def _count(size: Size) -> str:
    return f"{size.low} to {size.high}" if size.low else f"at most {size.high}"


def _bare(what: str) -> str:
    """``a label key`` without its article."""
    return what.removeprefix("an ").removeprefix("a ").removeprefix("the ")


def _spaced(name: str) -> str:
    return "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()

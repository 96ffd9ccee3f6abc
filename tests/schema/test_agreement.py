"""Decoder and schemas are made from the same types by different code: they must agree on every document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from modelyard.schema.definitions import Definitions
from modelyard.spec.catalogue import Catalogue
from modelyard.spec.decode import Decoder
from modelyard.spec.environment import Environment, Override, Release
from modelyard.spec.field import Spec
from modelyard.spec.manifest import Job, Service
from modelyard.spec.policy import Gate, Waivers
from modelyard.spec.runtime import Runtime, RuntimeManifest
from modelyard.spec.shape import (
    ChoiceShape,
    ListShape,
    MapShape,
    NumberShape,
    ParsedShape,
    PluginsShape,
    Shape,
    SpecShape,
    fields_of,
)
from modelyard.targets.registry import discover
from tests.schema.mutations import Mutation, mutations
from tests.schema.samples import Samples, node

PLUGINS = discover().plugins


def _inner(shape: Shape) -> Iterator[type[Spec]]:
    if isinstance(shape, SpecShape):
        yield shape.type
    elif isinstance(shape, ListShape):
        yield from _inner(shape.item)
    elif isinstance(shape, MapShape):
        yield from _inner(shape.value)
    elif isinstance(shape, PluginsShape):
        yield from PLUGINS[shape.role].values()


def every_spec() -> list[type[Spec]]:
    found: dict[type[Spec], None] = {}
    todo: list[type[Spec]] = [Service, Job, Environment, Catalogue, Gate, Waivers, RuntimeManifest]
    while todo:
        spec = todo.pop(0)
        if spec not in found:
            found[spec] = None
            todo += [inner for known in fields_of(spec).values() for inner in _inner(known.shape)]
    return list(found)


def _validator(spec: type[Spec]) -> Draft202012Validator:
    definitions = Definitions(PLUGINS)
    return Draft202012Validator({**definitions.of(spec), "$defs": definitions.defs})


def _decoder_accepts(spec: type[Spec], document: dict[str, Any]) -> bool:
    return Decoder(PLUGINS).decode(node(document), spec) is not None


def _excuse(mutation: Mutation, decoder_accepts: bool) -> str:
    """Why the two may differ here; empty where they may not. Each is a thing that a schema cannot say."""
    shape, value = mutation.shape, mutation.value
    if decoder_accepts:
        return ""
    if isinstance(value, str) and value.endswith("\n"):
        return "Python's $ also matches before a last newline; that of ECMA-262, and so of editors, does not"
    if isinstance(value, float) and value.is_integer() and isinstance(shape, NumberShape | ChoiceShape):
        return "to JSON Schema 1.0 is an integer"
    if isinstance(shape, ParsedShape):
        return "a pattern knows the form of a value but not its meaning: 61 is no minute, 0.5 bytes are none"
    return ""


@pytest.mark.parametrize("spec", every_spec(), ids=lambda spec: f"{spec.__module__}.{spec.__name__}")
def test_the_decoder_and_the_schema_agree(spec: type[Spec]) -> None:
    differences = []
    seen = refused = 0
    validator = _validator(spec)
    for mutation in mutations(Samples(PLUGINS), spec):
        decoder_accepts = _decoder_accepts(spec, mutation.document)
        schema_accepts = validator.is_valid(mutation.document)
        seen += 1
        refused += not decoder_accepts
        if decoder_accepts != schema_accepts and not _excuse(mutation, decoder_accepts):
            differences.append(f"{'decoder' if decoder_accepts else 'schema'} accepts {mutation}")
        if mutation.what == "as it is":
            assert decoder_accepts, f"the sample itself is refused: {mutation.document}"
    assert differences == []
    assert seen > refused > 0


def test_every_kind_of_document_is_covered() -> None:
    opened = {Override, Release, Runtime}
    assert opened.isdisjoint(every_spec()), "their open mappings are tested elsewhere"
    assert len(every_spec()) > 40

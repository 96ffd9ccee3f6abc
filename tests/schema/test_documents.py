"""Whole documents: models by their kind, releases with a manifest in them, overrides laid over a manifest."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.load.model import decode_manifest
from modelyard.schema.documents import FIXED_FIELDS, override_fields
from modelyard.schema.validate import Checker
from modelyard.spec.catalogue import Catalogue
from modelyard.spec.decode import Decoder
from modelyard.spec.environment import Environment, Override, Release
from modelyard.spec.field import Spec
from modelyard.spec.layer import merge
from modelyard.spec.manifest import KINDS
from modelyard.spec.policy import Gate, Waivers
from modelyard.spec.shape import MapShape, ParsedShape, PluginsShape, Shape, SpecShape, fields_of
from modelyard.targets.registry import discover
from tests.schema.mutations import WRONG_TYPES
from tests.schema.samples import Samples, mapping

PLUGINS = discover().plugins
SAMPLES = Samples(PLUGINS)
CHECKER = Checker(PLUGINS)
OTHERS: dict[str, type[Spec]] = {
    "environment": Environment,
    "base-images": Catalogue,
    "gate": Gate,
    "waivers": Waivers,
}
HEAD = {"apiVersion": "modelyard.dev/v1", "model": "fraud"}


@functools.cache
def _models() -> list[dict[str, Any]]:
    return [sample | {"kind": kind} for kind, spec in KINDS.items() for sample in SAMPLES.variants(spec)]


def _is_model(document: dict[str, Any]) -> bool:
    return decode_manifest(mapping(document), Decoder(PLUGINS)) is not None


def _schema_accepts(name: str, document: dict[str, Any]) -> bool:
    return CHECKER.check(mapping(document), name) == []


def _release(manifest: dict[str, Any]) -> dict[str, Any]:
    return HEAD | {"kind": "Release", "commit": "0" * 40, "manifest": manifest}


def _override(manifest: dict[str, Any]) -> dict[str, Any]:
    return HEAD | {"kind": "Override", "reason": "More room.", "manifest": manifest}


@pytest.mark.parametrize(("name", "spec"), OTHERS.items())
def test_the_fullest_document_is_accepted(name: str, spec: type[Spec]) -> None:
    for document in SAMPLES.variants(spec):
        assert CHECKER.check(mapping(document), name) == []
        for wrong in ("Service", 1, None):
            assert not _schema_accepts(name, document | {"kind": wrong})


def test_models_and_releases_of_them_are_accepted() -> None:
    for document in _models():
        assert _is_model(document)
        assert CHECKER.check(mapping(document), "model") == []
        assert CHECKER.check(mapping(_release(document)), "release") == []
        assert Decoder(PLUGINS).decode(mapping(_release(document)), Release) is not None


@pytest.mark.parametrize("kind", [*WRONG_TYPES, "Services", "service", "Job "])
def test_a_wrong_kind_is_refused_by_both(kind: Any) -> None:
    document = _models()[0] | {"kind": kind}
    assert not _is_model(document)
    assert not _schema_accepts("model", document)
    assert not _schema_accepts("release", _release(document))


def test_a_kind_has_no_fields_of_the_other() -> None:
    service, job = (fields_of(spec) for spec in KINDS.values())
    for document in _models():
        own, other = (service, job) if document["kind"] == "Service" else (job, service)
        for name in other.keys() - own.keys():
            mixed = document | {name: SAMPLES.field(other[name])}
            assert not _is_model(mixed)
            assert not _schema_accepts("model", mixed)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_models_with_any_choice_of_their_fields(data: st.DataObject) -> None:
    """Every subset of the optional fields, and sometimes a wrong value somewhere below."""
    document = data.draw(st.sampled_from(_models()))
    kept = data.draw(st.sets(st.sampled_from(sorted(document)), min_size=len(document) // 2))
    if kept.isdisjoint({"image", "containers"}):
        kept.discard("runtime")  # it may bring an image: the schema cannot know which of them do
    subset = {key: value for key, value in document.items() if key in kept}
    if data.draw(st.booleans()):
        *above, last = data.draw(st.sampled_from(list(_paths(subset)) or [("kind",)]))
        subset = _with(subset, (*above, last), data.draw(st.sampled_from(WRONG_TYPES)))
    assert (
        _is_model(subset) == _schema_accepts("model", subset) == _schema_accepts("release", _release(subset))
    )


def test_overrides_are_held_to_what_remains_of_the_manifest() -> None:
    """One field at a time is replaced or taken away, at every depth; what is merged then is decoded."""
    differences, seen = [], 0
    for document in _models()[::3]:  # a Service with one image, a Job with several containers
        for path, shape, chosen in _fields(SpecShape(KINDS[document["kind"]]), document):
            if path[0] in FIXED_FIELDS:
                continue
            for value in (None, "x", 1, 1.5, True, [], ["x"], {}, {"x": None}, {"x": 1}):
                patch = _with({}, path, value)
                merged = merge(mapping(document), mapping(patch))
                right = decode_manifest(merged, Decoder(PLUGINS)) is not None  # type: ignore[arg-type]
                seen += 1
                if right != _schema_accepts("override", _override(patch)) and not _excuse(
                    path, shape, chosen, value, right
                ):
                    differences.append(f"{'decoder' if right else 'schema'} accepts {patch}")
    assert differences == []
    assert seen > 1000


def _excuse(path: tuple[str, ...], shape: Shape, chosen: bool, value: Any, right: bool) -> str:
    """Why the two may differ here: what stands in the manifest, the schema of an override cannot know."""
    if right:
        return "a null for a field that does not exist changes nothing" if value == {"x": None} else ""
    if chosen and value is None:
        return "that another of these fields is there instead"
    if path[-3:] == ("image", "build", "command") and value is None:
        return "that no runtime brings one"
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return "that the entry below has what a new one lacks"
    if isinstance(shape, ParsedShape):
        return "a pattern knows the form of a value but not its meaning"
    return ""


def test_an_override_cannot_replace_what_makes_the_model() -> None:
    document = _models()[0]
    for name in FIXED_FIELDS:
        findings = CHECKER.check(mapping(_override({name: document[name]})), "override")
        assert [finding.message for finding in findings] == [f'there is no field "{name}" here']
    assert "image" not in override_fields()
    whole = {name: value for name, value in document.items() if name not in FIXED_FIELDS}
    assert CHECKER.check(mapping(_override(whole)), "override") == []
    assert Decoder(PLUGINS).decode(mapping(_override(whole)), Override) is not None


def _fields(
    shape: Shape, value: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Shape, bool]]:
    """Path and shape of every field that mappings lead to, and whether others exclude it."""
    if isinstance(shape, SpecShape):
        for name, known in fields_of(shape.type).items():
            if name in value:
                yield (*path, name), known.shape, name in shape.type.exactly_one_of
                yield from _fields(known.shape, value[name], (*path, name))
    elif isinstance(shape, MapShape | PluginsShape):
        for name, inner in value.items():
            below = shape.value if isinstance(shape, MapShape) else SpecShape(PLUGINS[shape.role][name])
            yield from _fields(below, inner, (*path, name))


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, inner in value.items():
        yield (*path, key)
        if isinstance(inner, dict):
            yield from _paths(inner, (*path, key))


def _with(document: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    head, *rest = path
    inner = document.get(head)
    below = _with(inner if isinstance(inner, dict) else {}, tuple(rest), value) if rest else value
    return {**document, head: below}

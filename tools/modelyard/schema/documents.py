"""The schema of each kind of file that people write."""

from __future__ import annotations

from modelyard.schema.definitions import Definitions, Plugins, Schema
from modelyard.schema.words import summary
from modelyard.spec.catalogue import Catalogue
from modelyard.spec.environment import Environment, Override, Release
from modelyard.spec.field import Spec
from modelyard.spec.manifest import KINDS, Job, Manifest, Service
from modelyard.spec.policy import Gate, Waivers
from modelyard.spec.runtime import Runtime
from modelyard.spec.shape import FieldShape, fields_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://modelyard.dev/schemas/v1/"
NAMES = ("model", "environment", "override", "release", "base-images", "gate", "waivers", "runtime")
FIXED_FIELDS = ("apiVersion", "kind", "name", "image", "runtime")


def generate(plugins: Plugins) -> dict[str, Schema]:
    """The schemas by file name; ``plugins`` gives what each target may be told, by role and name."""
    return {
        file_name("model"): _model(plugins),
        file_name("environment"): _document("environment", Environment, Definitions(plugins)),
        file_name("override"): _override(plugins),
        file_name("release"): _release(plugins),
        file_name("base-images"): _document("base-images", Catalogue, Definitions(plugins)),
        file_name("gate"): _document("gate", Gate, Definitions(plugins)),
        file_name("waivers"): _document("waivers", Waivers, Definitions(plugins)),
        file_name("runtime"): _document("runtime", Runtime, Definitions(plugins, {"type": "object"})),
    }


def file_name(name: str) -> str:
    """``model`` is described by ``model.schema.json``."""
    return f"{name}.schema.json"


def override_fields() -> dict[str, FieldShape]:
    """What an override may replace: the fields of every kind, less what makes a model what it is."""
    fields = fields_of(Service) | fields_of(Job)
    return {name: known for name, known in fields.items() if name not in FIXED_FIELDS}


def _head(name: str, about: str) -> Schema:
    title = f"Modelyard: {name.replace('-', ' ')}"
    return {"$schema": DIALECT, "$id": BASE + file_name(name), "title": title, "description": about}


def _document(name: str, spec: type[Spec], definitions: Definitions) -> Schema:
    definitions.of(spec)
    root = definitions.defs.pop(spec.__name__)
    return _head(name, summary(spec)) | root | {"$defs": definitions.defs}


def _model(plugins: Plugins) -> Schema:
    definitions = Definitions(plugins)
    root = _by_kind(definitions)
    return _head("model", summary(Manifest)) | root | {"$defs": definitions.defs}


def _override(plugins: Plugins) -> Schema:
    definitions = Definitions(plugins, {"$ref": "#/$defs/ManifestPatch"})
    schema = _document("override", Override, definitions)
    about = "Fields of the manifest to replace. A list replaces the whole list; null takes a field away."
    patch = definitions.patch_fields(override_fields().values(), about, nullable=False)
    return schema | {"$defs": {"ManifestPatch": patch, **definitions.defs}}


def _release(plugins: Plugins) -> Schema:
    definitions = Definitions(plugins, {"$ref": "#/$defs/Model"})
    schema = _document("release", Release, definitions)
    model = {"description": summary(Manifest), **_by_kind(definitions)}
    return schema | {"$defs": {"Model": model, **definitions.defs}}


def _by_kind(definitions: Definitions) -> Schema:
    """A model by its ``kind``: the errors and completions are those of one kind, never of a choice of two.

    Until there is a kind, what all kinds have in common is offered.
    """
    fields, exclusive = fields_of(Manifest), Manifest.exactly_one_of
    common = {name: definitions.field(known, exclusive=name in exclusive) for name, known in fields.items()}
    kinds = common.pop("kind")
    rest: Schema = {"properties": common}
    for kind, spec in reversed([*KINDS.items()]):
        is_kind = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
        rest = {"if": is_kind, "then": definitions.of(spec), "else": rest}
    return {"type": "object", "required": ["kind"], "properties": {"kind": kinds}, **rest}

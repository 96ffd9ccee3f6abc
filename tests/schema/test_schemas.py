"""The generated schemas themselves: right as schemas, readable by editors, and the committed ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from modelyard.schema import files, generate, stale, write
from modelyard.schema.definitions import Definitions, definition_name
from modelyard.schema.ecma import anchored
from modelyard.schema.words import how_to_write
from modelyard.spec.decode import Decoder
from modelyard.spec.field import Spec
from modelyard.spec.shape import ParsedShape, fields_of
from modelyard.targets.registry import discover
from tests.schema.mutations import TEXTS
from tests.schema.samples import Samples, node
from tests.schema.test_agreement import every_spec

ROOT = Path(__file__).parents[2]
PLUGINS = discover().plugins
SCHEMAS = generate(PLUGINS)


def _below(schema: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a schema; those of ``properties`` and ``$defs`` among them are no harm."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _below(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _below(value)


def _patterns() -> list[str]:
    found = {part["pattern"] for schema in SCHEMAS.values() for part in _below(schema) if "pattern" in part}
    return sorted(pattern for pattern in found if isinstance(pattern, str))


def test_committed_files_are_what_the_types_say() -> None:
    assert stale(ROOT, PLUGINS) == [], "run tools/schema and commit what it writes"


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_schema_of_its_dialect(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == f"https://modelyard.dev/schemas/v1/{name}"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_definition_is_there_and_is_used(name: str) -> None:
    used = {part["$ref"] for part in _below(SCHEMAS[name]) if isinstance(part.get("$ref"), str)}
    assert used == {f"#/$defs/{definition}" for definition in SCHEMAS[name]["$defs"]}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described_and_no_other_is_allowed(name: str) -> None:
    objects = [SCHEMAS[name], *SCHEMAS[name]["$defs"].values()]
    for schema in objects:
        for key, field in schema.get("properties", {}).items():
            assert field["description"].endswith("."), key
        assert schema.get("additionalProperties") is False or "if" in schema


@pytest.mark.parametrize("name", SCHEMAS)
def test_defaults_and_examples_are_valid_themselves(name: str) -> None:
    count = 0
    for part in _below(SCHEMAS[name]):
        alone = (
            Draft202012Validator({**part, "$defs": SCHEMAS[name]["$defs"]}) if "description" in part else None
        )
        if alone is None or not isinstance(part["description"], str):
            continue
        for value in ([part["default"]] if "default" in part else []) + part.get("examples", []):
            assert list(alone.iter_errors(value)) == [], (part["description"], value)
            count += 1
    assert count >= 5


def test_examples_and_defaults_are_accepted_by_the_decoder() -> None:
    count = 0
    samples = Samples(PLUGINS)
    for spec in every_spec():
        for document in samples.variants(spec):
            for name in document:
                for example in _definition(spec)["properties"][name].get("examples", []):
                    decoder = Decoder(PLUGINS)
                    decoder.decode(node({**document, name: example}), spec)
                    assert decoder.findings == [], (spec, name, example)
                    count += 1
    assert count > 50


def _definition(spec: type[Spec]) -> dict[str, Any]:
    definitions = Definitions(PLUGINS)
    definitions.of(spec)
    return definitions.defs[definition_name(spec)]


def test_patterns_mean_the_same_to_editors() -> None:
    """JavaScript compiles every pattern with the ``u`` flag and matches what Python matches."""
    if shutil.which("node") is None:
        assert os.environ.get("CI") != "true", "node is missing, and CI must not skip this"
        pytest.skip("node is not installed")
    texts = [text for text in TEXTS if not text.endswith("\n")]
    script = (
        "const [p, t] = JSON.parse(require('fs').readFileSync(0));"
        "console.log(JSON.stringify(p.map(p => t.map(t => new RegExp(p, 'u').test(t)))))"
    )
    done = subprocess.run(
        ["node", "-e", script],
        input=json.dumps([_patterns(), texts]),
        capture_output=True,
        text=True,
        check=True,
    )
    mine = [[re.search(pattern, text) is not None for text in texts] for pattern in _patterns()]
    assert json.loads(done.stdout) == mine
    assert len(mine) > 30


def test_patterns_are_anchored_and_know_only_ascii_digits() -> None:
    for pattern in _patterns():
        assert pattern.startswith("^(?:")
        assert pattern.endswith(")$")
        assert re.search(r"\\[dwDWAZ]", pattern) is None


@pytest.mark.parametrize(
    ("python", "ecma"),
    [
        (r"\d{12}", r"^(?:[0-9]{12})$"),
        (r"[\w.-]+", r"^(?:[A-Za-z0-9_.-]+)$"),
        (r"(?s:.*)", r"^(?:(?:[\s\S]*))$"),
        (r"a.b", r"^(?:a[^\n]b)$"),
        (r"(?!(?i:aws))x", r"^(?:(?!(?:[aA][wW][sS]))x)$"),
        (r"[]a]", r"^(?:[\]a])$"),
        (r"[^]a]", r"^(?:[^\]a])$"),
        (r"a|b", r"^(?:a|b)$"),
        (r"\@", r"^(?:@)$"),
    ],
)
def test_translation(python: str, ecma: str) -> None:
    assert anchored(python) == ecma


@pytest.mark.parametrize("pattern", [r"(?P<name>a)", r"a\Z", r"(?>a)", r"\bword", r"(?i:[a-z])", r"(?#note)"])
def test_what_has_no_counterpart_is_not_let_through(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"counterpart|does not have|without regard"):
        anchored(pattern)


def test_write_mends_what_is_stale_and_touches_nothing_else(tmp_path: Path) -> None:
    assert write(tmp_path, PLUGINS) == [f"schemas/{name}" for name in SCHEMAS], "no place for pages, no pages"
    assert write(tmp_path, PLUGINS) == []
    (tmp_path / "docs/reference").mkdir(parents=True)
    pages = [path for path in files(PLUGINS) if path.startswith("docs/")]
    assert write(tmp_path, PLUGINS) == pages
    (tmp_path / "schemas/model.schema.json").write_text("{}")
    before = os.stat(tmp_path / "schemas/release.schema.json").st_mtime_ns
    assert stale(tmp_path, PLUGINS) == ["schemas/model.schema.json"]
    assert write(tmp_path, PLUGINS) == ["schemas/model.schema.json"]
    assert os.stat(tmp_path / "schemas/release.schema.json").st_mtime_ns == before
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == set(SCHEMAS)


def test_parsed_types_say_how_they_are_written() -> None:
    for spec in every_spec():
        for name, known in fields_of(spec).items():
            if isinstance(known.shape, ParsedShape):
                how = how_to_write(known.shape.type)
                assert how.endswith(".")
                assert _definition(spec)["properties"][name]["description"].endswith(how)


def test_pages_describe_every_field_once() -> None:
    text = "\n".join(text for path, text in files(PLUGINS).items() if path.startswith("docs/"))
    for spec in every_spec():
        for name in fields_of(spec):
            assert f"| `{name}` |" in text
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(headings) == len(set(headings))
    anchors = {re.sub(r"[^a-z0-9_-]", "", heading.lower().replace(" ", "-")) for heading in headings}
    assert set(re.findall(r"\]\([a-z-]*(?:\.md)?#([^)]+)\)", text)) <= anchors


def test_shapes_of_targets_are_part_of_the_schemas() -> None:
    for role, place, name in (("settings", "Service", "model"), ("platform", "Environment", "environment")):
        schema = SCHEMAS[f"{name}.schema.json"]
        holder = schema["$defs"].get(place, schema)
        field = holder["properties"]["targets" if role == "settings" else "platforms"]
        assert list(field["properties"]) == list(PLUGINS[role])

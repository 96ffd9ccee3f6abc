"""What is read, what is refused, and that nothing is dropped without a word."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.findings import Location
from modelyard.subjects.formats import format_of
from modelyard.subjects.kinds import place_of_path
from modelyard.subjects.places import Trees
from modelyard.subjects.reading import document_of, read_documents

GOOD = "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\n"
BAD: dict[str, tuple[str, list[str]]] = {
    # file: (text, rules); the good pods before and behind it are always there
    "syntax": ("a: [\n", ["yaml-syntax"]),
    "quote": ('a: "b\n', ["yaml-syntax"]),
    "tab": ("a:\n\t- b: [\n", ["tab-indentation"]),
    "duplicate key": ("kind: Pod\nkind: Pod\n", ["duplicate-key"]),
    "duplicate in quotes": ('1: a\n"1": b\n', ["duplicate-key"]),
    "one and true": ("1: a\ntrue: b\n", ["duplicate-key"]),
    "yes and true": ("yes: a\ntrue: b\n", ["duplicate-key"]),
    "null key": ("~: a\n", ["non-string-key"]),
    "list key": ("? [a]\n: b\n", ["non-string-key"]),
    "alias key": ("a: &a b\n*a : c\n", ["non-string-key"]),
    "unknown tag": ("a: !!python/object/apply:os.system [id]\n", ["unknown-tag"]),
    "binary": ("a: !!binary aGk=\n", ["unknown-tag"]),
    "integer tag": ("a: !!int 5\n", ["unknown-tag"]),
    "unknown alias": ("a: *nowhere\n", ["unknown-alias"]),
    "recursive alias": ("a: &a {b: *a}\n", ["recursive-alias"]),
    "deep": ("a: " + "[" * 70 + "]" * 70 + "\n", ["too-deep"]),
    "infinity": ("a: .inf\n", ["not-a-number"]),
    "long number": (f"a: {'9' * 30}\n", ["number-too-long"]),
    "merge of a text": ("<<: text\na: b\n", ["merge-key"]),
    "merged twice": ("a: &a {b: c}\nd: {<<: *a, <<: *a}\n", ["duplicate-key"]),
    "hidden in an escape": ('a: "\\u200b"\n', ["bidi-character"]),
    "nul in an escape": ('a: "\\0"\n', ["nul-byte"]),
    "bidi": ("a: \u202eb\n", ["bidi-character"]),
    "nul": ("a: \0\n", ["nul-byte"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_broken_document_hides_no_other(case: str) -> None:
    text, rules = BAD[case]
    read = read_documents("x.yaml", f"{GOOD}---\n{text}---\n{GOOD}".encode())
    assert [one.rule for one in read.findings] == rules
    assert [one.location.line for one in read.findings if one.location.line < 4] == []
    names = [one.data["metadata"]["name"] for one in read.documents if "metadata" in one.data]
    assert names == ["good", "good"]
    last = read.documents[-1]
    assert last.locate(("kind",)).line == len(f"{GOOD}---\n{text}---\n{GOOD}".split("\n")) - 2


@pytest.mark.parametrize(
    ("path", "data", "rule"),
    [
        ("x.yaml", b"", "empty-document"),
        ("x.yaml", b"# nothing\n---\n---\n", "empty-document"),
        ("x.json", b" \n", "empty-document"),
        ("x.yaml", b"\xff", "not-utf-8"),
        ("x.yaml", b"\xef\xbb\xbfa: b\n", "byte-order-mark"),
        ("x.yaml", "a: b".encode("utf-16"), "not-utf-8"),
        ("x.yaml", b"%YAML 1.1\n---\na: b\n", "yaml-directive"),
        ("x.yaml", b"a: b\n" * 2_000_000, "too-large"),
        ("x.yaml", b"[" + b"a," * 400_000 + b"]", "too-many-nodes"),
        ("Dockerfile", b"FROM a\n\0", "nul-byte"),
        ("Dockerfile", b"FROM a\n# \xe2\x80\xae", "bidi-character"),
        ("Dockerfile", b"\xff", "not-utf-8"),
        ("x.bin", b"a", "unreadable-document"),
        ("x.json", b"{'a': 1}", "json-syntax"),
        ("x.json", b'{"a": 1,}', "json-syntax"),
        ("x.json", b'{"a": NaN}', "json-syntax"),
        ("x.json", b'{"a": 1e999}', "json-syntax"),
        ("x.json", b'{"a": 01}', "json-syntax"),
        ("x.json", b'{"a": 1} {"b": 2}', "json-syntax"),
        ("x.json", b'{"a": 1 // why\n}', "json-syntax"),
        ("x.json", b'{"a": "\n"}', "json-syntax"),
        ("x.json", b'{"a": 1, "a": 2}', "duplicate-key"),
        ("x.json", b'{"a": "\\u202e"}', "bidi-character"),
        ("x.json", b'{"a": "\\ud800"}', "lone-surrogate"),
        ("x.json", b"[" * 5000, "too-deep"),
        ("x.json", b'{"a": ' + b"9" * 5000 + b"}", "json-syntax"),
    ],
)
def test_refused(path: str, data: bytes, rule: str) -> None:
    read = read_documents(path, data)
    assert rule in [one.rule for one in read.findings]
    assert all(one.location.path == path for one in read.findings)


def bombs() -> dict[str, str]:
    names = "abcdefghij"
    aliases = "".join(f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n" for before, one in pairwise(names))
    merges = "".join(
        f"{one}: &{one} {{<<: [{', '.join([f'*{before}'] * 30)}], k{one}: 1}}\n"
        for before, one in pairwise(names)
    )
    return {
        "aliases": "a: &a [x, x, x]\n" + aliases,
        "merges": "a: &a {" + ", ".join(f"k{n}: 1" for n in range(2000)) + "}\n" + merges,
        "many merges": "a: &a {"
        + ", ".join(f"k{n}: 1" for n in range(5000))
        + "}\n"
        + "".join(f"b{n}: {{<<: *a}}\n" for n in range(900)),
    }


@pytest.mark.parametrize("case", bombs())
def test_bombs_go_nowhere(case: str) -> None:
    read = read_documents("x.yaml", bombs()[case].encode())
    assert {one.rule for one in read.findings} <= {"too-many-aliases", "too-many-nodes"}
    assert read.findings
    assert read.documents == ()


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("Resources: {A: {Type: 'A::B', P: !Ref X}}", {"Ref": "X"}),
        ("Resources: {A: {Type: 'A::B', P: !Sub '${X}'}}", {"Fn::Sub": "${X}"}),
        ("Resources: {A: {Type: 'A::B', P: !GetAtt A.B.C}}", {"Fn::GetAtt": ["A", "B.C"]}),
        ("Resources: {A: {Type: 'A::B', P: !GetAtt [A, B]}}", {"Fn::GetAtt": ["A", "B"]}),
        ("Resources: {A: {Type: 'A::B', P: !Condition C}}", {"Condition": "C"}),
        ("Resources: {A: {Type: 'A::B', P: !If [C, !Ref X, 1]}}", {"Fn::If": ["C", {"Ref": "X"}, 1]}),
        ("Resources: {A: {Type: 'A::B', P: !Base64 {Ref: X}}}", {"Fn::Base64": {"Ref": "X"}}),
        ("Resources: {A: {Type: 'A::B', Q: &q !Ref X, P: *q}}", {"Ref": "X"}),
        ("Resources: {A: {Type: 'A::B', P: 012345670123}}", "012345670123"),
        ("Resources: {A: {Type: 'A::B', P: yes}}", True),
        ("Resources: {A: {Type: 'A::B', P: 'yes'}}", "yes"),
    ],
)
def test_templates(text: str, data: Any) -> None:
    read = read_documents("x.yaml", text.encode())
    assert read.findings == ()
    assert read.kinds == ("cloudformation",)
    assert read.documents[0].data["Resources"]["A"]["P"] == data


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("yes", True), ("On", True), ("y", True), ("NO", False), ("off", False), ("'yes'", "yes")),
        *(("0", 0), ("0000", 0), ("0777", 511), ("1_000", 1000), ("0b0", 0), ("0x1F", 31), ("+0", 0)),
        *(("089", "089"), ("22:22", "22:22"), ("2026-01-01", "2026-01-01"), ("1e3", 1000.0)),
    ],
)
def test_kubernetes_reads_as_its_own_reader_does(written: str, meant: Any) -> None:
    read = read_documents("x.yaml", f"{GOOD}spec: {{x: {written}}}\n".encode())
    assert read.documents[0].data["spec"]["x"] == meant
    assert type(read.documents[0].data["spec"]["x"]) is type(meant)


def test_workflows_are_read_as_github_does() -> None:
    read = read_documents(".github/workflows/x.yml", b"on: push\njobs: {a: {if: no, on: y, n: 0777}}\n")
    assert read.documents[0].data == {"on": "push", "jobs": {"a": {"if": "no", "on": "y", "n": "0777"}}}


def test_merge_keys() -> None:
    text = (
        "a: &a {x: 1, y: 2}\nb: &b {x: 3, z: 4}\nc: {<<: [*a, *b], y: 5}\nd: {y: 6, <<: *b}\ne: {'<<': 7}\n"
    )
    read = read_documents("compose.yaml", text.encode())
    data = read.documents[0].data
    assert read.findings == ()
    assert data["c"] == {"y": 5, "x": 1, "z": 4}
    assert data["d"] == {"y": 6, "x": 3, "z": 4}
    assert data["e"] == {"<<": 7}
    assert read.documents[0].locate(("c", "z")).line == 2


json_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["a", "b c", "é"]), inner),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(json_data, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_is_read_as_python_does(data: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    read = read_documents("x.json", text.encode())
    assert read.findings == ()
    assert [one.data for one in read.documents] == [data]


@settings(max_examples=200, deadline=None)
@given(st.lists(json_data.filter(lambda one: one is not None), min_size=1, max_size=3), st.booleans())
def test_yaml_is_read_as_pyyaml_does(documents: list[Any], flow: bool) -> None:
    text = yaml.safe_dump_all(documents, default_flow_style=flow, allow_unicode=True)
    read = read_documents("x.yml", text.encode())
    assert read.findings == ()
    # What PyYAML writes it may also read in its own way: `1e+17` is text to it.
    assert [one.data for one in read.documents] == documents


def test_places_are_found_without_reading_before_they_are_asked_for() -> None:
    asked = 0

    def text() -> bytes:
        nonlocal asked
        asked += 1
        return b"a: 1\n---\nb:\n- c: 2\n"

    trees = Trees("x.yaml", text)
    first = document_of("x.yaml", None, {"a": 1}, 0, trees)
    second = document_of("x.yaml", None, {"b": [{"c": 2}]}, 1, trees)
    assert asked == 0
    assert second.locate(("b", 0, "c")) == Location("x.yaml", 4, 6, 1)
    assert first.locate(("a",)) == Location("x.yaml", 1, 4, 1)
    assert second.locate(("b", 5, "d")) == Location("x.yaml", 4, 1, 1)
    assert asked == 1


def test_a_place_in_an_item_of_a_list() -> None:
    text = b"kind: List\napiVersion: v1\nitems:\n- kind: Pod\n  apiVersion: v1\n  metadata: {name: a}\n"
    document = read_documents("x.yaml", text).documents[0]
    assert document.data["kind"] == "Pod"
    assert document.locate(("metadata", "name")) == Location("x.yaml", 6, 20, 1)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        *(("a/Dockerfile", "dockerfile"), ("x.Dockerfile", "dockerfile"), ("Dockerfile.gpu", "dockerfile")),
        *(("Containerfile", "dockerfile"), ("dockerfile", "dockerfile"), ("Dockerfile-arm", "dockerfile")),
        *(("Dockerfile.dockerignore", None), ("Dockerfile.md", None), ("Dockerfile.j2", None)),
        *((".github/CODEOWNERS", "codeowners"), ("a.YAML", "yaml"), ("a.json", "json"), ("a.py", None)),
    ],
)
def test_formats(path: str, form: str | None) -> None:
    assert format_of(path) == form


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("environments/prod/rendered/m/ecs/eu-west-1/stack.yaml", ("m", "prod", "ecs", "eu-west-1")),
        ("environments/local/rendered/m/compose/compose.yaml", ("m", "local", "compose", "")),
        ("environments/prod/releases/m.yaml", ("m", "prod", "", "")),
        ("environments/dev/overrides/m.yaml", ("m", "dev", "", "")),
        ("environments/dev/environment.yaml", ("", "dev", "", "")),
        ("models/m/model.yaml", ("m", "", "", "")),
        ("Dockerfiles/m/vision/Dockerfile", ("m", "", "", "")),
        ("Dockerfiles/base-images.yaml", ("", "", "", "")),
        ("docs/x.yaml", ("", "", "", "")),
    ],
)
def test_places(path: str, place: tuple[str, str, str, str]) -> None:
    found = place_of_path(path)
    assert (found.model, found.environment, found.target, found.region) == place

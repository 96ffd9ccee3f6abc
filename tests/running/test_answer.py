"""What is said of an answer that is not what it must be."""

from __future__ import annotations

from typing import Any

import pytest

from modelyard.running.answer import check, violations
from modelyard.running.errors import Broken, CannotRun
from modelyard.running.sample import Sample, content_type
from modelyard.running.wire import Reply

SCHEMA = {
    "type": "object",
    "required": ["predictions"],
    "properties": {
        "predictions": {"type": "array", "items": {"properties": {"label": {"enum": ["cat", "dog"]}}}}
    },
}


def sample(schema: Any = SCHEMA) -> Sample:
    return Sample("models/m/sample/request.json", b"{}", "application/json", schema, "models/m/schema.json")


def reply(body: bytes, status: int = 200) -> Reply:
    return Reply(status, {}, body, False)


def test_a_good_answer() -> None:
    check(reply(b'{"predictions": [{"label": "cat"}]}'), sample(), "model")
    check(reply(b"\x00\xff"), sample(schema=None), "model")


def test_the_place_of_what_is_wrong() -> None:
    document = {"predictions": [{"label": "cat"}, {"label": "cow"}]}
    assert violations(document, SCHEMA, "s") == ["$.predictions[1].label: 'cow' is not one of ['cat', 'dog']"]


def test_many_violations_are_counted() -> None:
    body = b'{"predictions": [' + b",".join([b'{"label": 1}'] * 8) + b"]}"
    with pytest.raises(Broken, match="against its schema") as caught:
        check(reply(body), sample(), "model")
    assert caught.value.said.splitlines()[-1] == "and 3 more"
    assert len(caught.value.said.splitlines()) == 6


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"it is a cat", "not JSON"),
        (b'{"predictions": NaN}', "NaN is not JSON"),
        (b"[" * 200_000, "not JSON"),
    ],
)
def test_what_is_not_json(body: bytes, said: str) -> None:
    with pytest.raises(Broken, match=said):
        check(reply(body), sample(), "model")


def test_another_status_shows_what_was_answered() -> None:
    with pytest.raises(Broken, match="status 500") as caught:
        check(reply(b'{"error": "no such column"}\x1b[2J', 500), sample(), "model")
    assert caught.value.said == '{"error": "no such column"}\\x1b[2J'
    assert "models/m/sample/request.json" in caught.value.hint


def test_a_long_value_is_cut() -> None:
    (found,) = violations("x" * 5000, {"type": "number"}, "s")
    assert len(found) < 250


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "strin"}, "is no JSON Schema"),
        ({"$ref": "https://example.com/schema.json"}, "refers to a schema that is not in it"),
    ],
)
def test_a_schema_that_cannot_be_used(schema: Any, said: str) -> None:
    with pytest.raises(CannotRun, match=said):
        violations({}, schema, "models/m/schema.json")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a/request.JSON", "application/json"), ("rows.csv", "text/csv"), ("x.npy", "application/x-npy"),
     ("weird.bin", "application/octet-stream"), ("none", "application/octet-stream")],
)  # fmt: skip
def test_content_types(path: str, expected: str) -> None:
    assert content_type(path) == expected

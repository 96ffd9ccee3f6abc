"""Samples and schemas of the models that run another's image, where nothing of ours can be started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.examples.harness import MODELS

SAMPLES = sorted(MODELS.rglob("sample/request.json"))
CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1790000000,
    "model": "support-llm",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Sorry."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 30, "completion_tokens": 3, "total_tokens": 33},
}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: str(path.parent.parent.relative_to(MODELS)))
def test_a_sample_is_json_and_has_a_valid_schema_beside_it(sample: Path) -> None:
    assert isinstance(json.loads(sample.read_text()), dict)
    Draft202012Validator.check_schema(json.loads((sample.parent / "response.schema.json").read_text()))


@pytest.mark.parametrize(
    ("model", "good", "bad"),
    [
        ("support-llm", CHAT, {**CHAT, "choices": []}),
        ("vendor-embeddings", [[0.05] * 384, [0.1] * 384], [[0.05] * 384, [0.1] * 768]),
    ],
)
def test_the_schema_tells_an_answer_from_a_wrong_one(model: str, good: object, bad: object) -> None:
    validator = Draft202012Validator(json.loads((MODELS / model / "sample/response.schema.json").read_text()))
    assert validator.is_valid(good)
    assert not validator.is_valid(bad)

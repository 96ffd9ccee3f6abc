"""What the tests here share: asking an example its sample."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from tests.support.containers.asking import ask
from tests.support.containers.repository import Repository


def invoke(rendered: Repository, folder: str, port: int) -> None:
    """Posts the sample of ``model`` or ``model/container`` and holds the answer against its schema."""
    sample = rendered.root / "models" / folder / "sample"
    answer = ask(port, "POST", "/invocations", (sample / "request.json").read_bytes())
    assert answer.status == 200, answer.body
    schema = json.loads((sample / "response.schema.json").read_text())
    assert [error.message for error in Draft202012Validator(schema).iter_errors(answer.document)] == []

"""Looks at one file as the gate does: its text, and its documents by the rules of this family."""

from __future__ import annotations

import datetime
from functools import cache

from modelyard.detections import Detection
from modelyard.gate.evaluate import Evaluation
from modelyard.rules.api import Context
from modelyard.rules.registry import discover
from modelyard.secrets.files import detections_of_file, without_doubles
from modelyard.subjects.formats import format_of
from modelyard.subjects.reading import read_documents


@cache
def evaluation() -> Evaluation:
    rules = {name: rule for name, rule in discover().items() if name.startswith("secret-in-")}
    assert len(rules) == 8
    return Evaluation(rules, Context(now=datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)))


def structured(path: str, text: str) -> list[Detection]:
    """What rules say of the documents of a file."""
    if format_of(path) is None:
        return []
    documents = read_documents(path, text.encode()).documents
    return [found for document in documents for found in evaluation().of_document(document)]


def look(path: str, text: str) -> list[Detection]:
    """Everything that is said of secrets in a file."""
    return list(without_doubles([*structured(path, text), *detections_of_file(path, text.encode())]))

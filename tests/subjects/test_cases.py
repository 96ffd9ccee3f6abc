"""Every folder under tests/cases/subjects: files of a small repository, and the facts they hold.

`UPDATE_CASES=1` writes what is found now; read the diff before you commit it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from modelyard.subjects.document import Document
from modelyard.subjects.extract import facts_of
from modelyard.subjects.facts import Instruction, Said, Subject
from modelyard.subjects.reading import read_documents

CASES = sorted((Path(__file__).parent.parent / "cases" / "subjects").iterdir())
# What says the same as something else that is shown, or is the document over again.
HIDDEN = {
    "document",
    "path",
    "resource",
    "spec",
    "metadata",
    "definition",
    "properties",
    "manifest",
    "entry",
    "jobs",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_facts(case: Path) -> None:
    expected = case / "facts.txt"
    shown = "".join(f"{line}\n" for line in lines(case / "input"))
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_cases_are_found() -> None:
    assert len(CASES) > 10


def lines(root: Path) -> Iterator[str]:
    """One line for each fact of each file, and one for each finding."""
    for file in sorted(one for one in root.rglob("*") if one.is_file()):
        path = file.relative_to(root).as_posix()
        read = read_documents(path, file.read_bytes())
        yield f"{path} {' '.join(read.kinds)}"
        for finding in read.findings:
            yield f"  {finding.location.line}: {finding.rule}: {finding.message}"
        for document in read.documents:
            for fact in facts_of(document):
                yield f"  {fact_line(fact)}"


def fact_line(fact: Subject) -> str:
    """Where it is, what it is, and whatever it says."""
    said = [
        f"{one.name}={shown(fact.document, value)}"
        for one in fields(fact)
        if one.name not in HIDDEN
        and (value := getattr(fact, one.name)) not in (None, "", (), {})
        and not (isinstance(fact, Instruction) and one.name == "resolved" and value == fact.arguments)
    ]
    line = fact.document.locate(fact.path).line
    return " ".join([f"{line}: {type(fact).__name__}", f"[{fact.resource}]", *said])


def shown(document: Document, value: Any) -> str:
    """A value, those that were said somewhere with their line."""
    if isinstance(value, Said):
        return f"{shown(document, value.value)}@{document.locate(value.path).line}"
    if isinstance(value, Subject):
        return f"<{type(value).__name__} {document.locate(value.path).line}>"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(document, one)}" for key, one in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(shown(document, one) for one in value) + ")"
    return repr(value) if isinstance(value, str) else str(value)

"""The rules over the facts of documents: what our own part of the gate finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modelyard.detections import Detection
from modelyard.rules.api import Context, Rule
from modelyard.rules.registry import by_subject
from modelyard.subjects.document import Document
from modelyard.subjects.extract import facts_of
from modelyard.subjects.facts import Subject

TOOL = "modelyard"


class Evaluation:
    """Some rules in one context, ready for any number of documents."""

    def __init__(self, rules: Mapping[str, Rule[Any]], context: Context) -> None:
        self._rules = by_subject(rules)
        self._context = context
        self.files = context.files

    def of_document(self, document: Document) -> Iterator[Detection]:
        """What is wrong in one document, in the order of its facts."""
        for fact in facts_of(document):
            yield from self.of_fact(fact)

    def of_fact(self, fact: Subject) -> Iterator[Detection]:
        """What is wrong with one fact."""
        document = fact.document
        for rule in self._rules.get(type(fact), ()):
            for problem in rule.check(fact, self._context):
                yield Detection(
                    rule=rule.id,
                    tool=TOOL,
                    level=rule.level,
                    location=document.locate(problem.path),
                    message=problem.message,
                    hint=problem.hint or rule.fix,
                    resource=fact.resource,
                    evidence=problem.evidence,
                    model=document.place.model,
                )


def once(detections: Iterable[Detection]) -> list[Detection]:
    """Each thing once, however many ways led to it."""
    return list(dict.fromkeys(detections))

"""Rules over small trees of files: what the cases in tests/cases/rules are judged with."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from modelyard.detections import Detection
from modelyard.gate.context import context_of
from modelyard.gate.evaluate import Evaluation
from modelyard.gate.policy import load_policy
from modelyard.load.shared import load_shared
from modelyard.rules.api import Context
from modelyard.rules.registry import discover as discover_rules
from modelyard.subjects.document import Document
from modelyard.subjects.extract import facts_of
from modelyard.subjects.facts import Owners
from modelyard.subjects.formats import format_of
from modelyard.subjects.reading import read_documents
from modelyard.targets.registry import discover as discover_targets

CASES = Path(__file__).parents[1] / "cases" / "rules"
COMMON = CASES / "common"
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
MARK = "# expect"


@cache
def common_context() -> Context:
    """The catalogue, the environments and the policy of tests/cases/rules/common."""
    shared = load_shared(COMMON, discover_targets().plugins)
    policy = load_policy(COMMON)
    assert not shared.findings, shared.findings
    assert not policy.findings, policy.findings
    return context_of(shared, policy, NOW, (), ())


def files_of(case: Path) -> dict[str, bytes]:
    """The files of a case by their paths in the repository: a folder is a tree, a file is itself."""
    if case.is_file():
        return {case.name: case.read_bytes()}
    return {
        path.relative_to(case).as_posix(): path.read_bytes()
        for path in sorted(case.rglob("*"))
        if path.is_file()
    }


def judge(files: Mapping[str, bytes], rule: str | None = None) -> Iterator[Detection]:
    """What one rule, or all of them, say of the files."""
    rules = discover_rules()
    chosen = rules if rule is None else {rule: rules[rule]}
    documents: list[Document] = []
    for path, data in files.items():
        if format_of(path) is not None:
            read = read_documents(path, data)
            assert not read.findings, read.findings
            documents += read.documents
    owners = tuple(
        (pattern, names)
        for document in documents
        for fact in facts_of(document)
        if isinstance(fact, Owners)
        for pattern, names, _ in fact.rules
    )
    common = common_context()
    context = Context(
        now=common.now,
        bases=common.bases,
        environments=common.environments,
        policies=common.policies,
        files=frozenset(files),
        owners=owners,
    )
    evaluation = Evaluation(chosen, context)
    for document in documents:
        yield from evaluation.of_document(document)


def marked(files: Mapping[str, bytes]) -> set[tuple[str, int]]:
    """The lines that a case marks as those at fault."""
    return {
        (path, number)
        for path, data in files.items()
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1)
        if line.rstrip().endswith(MARK)
    }

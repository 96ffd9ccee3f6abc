"""actionlint itself, over workflows."""

from __future__ import annotations

import pytest

from modelyard.detections import Level
from modelyard.scanners.api import Input
from tests.scanners.repositories import BAD_WORKFLOW, GOOD_WORKFLOW, given, rules, scan

PATH = ".github/workflows/x.yml"


def workflow(text: str, path: str = PATH) -> Input:
    return given(path, text, "workflow")


def test_good_and_bad() -> None:
    good = ".github/workflows/good.yml"
    report = scan("actionlint", workflow(GOOD_WORKFLOW, good), workflow(BAD_WORKFLOW))
    assert rules(report, good) == set()
    (injected,) = report.detections
    assert (injected.rule, injected.level) == ("expression", Level.HIGH)
    assert (injected.location.path, injected.location.line, injected.location.column) == (PATH, 9, 23)


@pytest.mark.parametrize("text", ["", "name: [\n", "- a\n", "name: x\n", "\0", "on: push\njobs: 1\n"])
def test_what_is_no_workflow_fails(text: str) -> None:
    report = scan("actionlint", workflow(GOOD_WORKFLOW, ".github/workflows/good.yml"), workflow(text))
    assert rules(report, PATH) & {"syntax-check", "scanner-coverage"}
    assert {one.location.path for one in report.detections} == {PATH}


@pytest.mark.parametrize(
    ("comment", "rule"),
    [
        ("# actionlint:ignore cache-write-untrusted -- why", "disallow-suppressions"),
        ("# actionlint:ignore expression -- why", "inline-suppression"),
        ("# actionlint:ignore", "inline-suppression"),
    ],
)
def test_skip_comments_are_found_themselves(comment: str, rule: str) -> None:
    report = scan("actionlint", workflow(BAD_WORKFLOW.replace("title }}", f"title }}}} {comment}")))
    assert rules(report, PATH) == {"expression", rule}
    assert {one.level for one in report.detections} == {Level.HIGH}


@pytest.mark.parametrize("path", [".github/actionlint.yaml", ".github/actionlint.yml", "actionlint.yaml"])
def test_configuration_in_the_tree_changes_nothing(path: str) -> None:
    silence = 'paths:\n  "**/*":\n    ignore: [".*"]\n'
    assert rules(scan("actionlint", workflow(BAD_WORKFLOW), workflow(silence, path)), PATH) == {"expression"}


def test_names_of_all_kinds() -> None:
    paths = [f".github/workflows/{name}.yml" for name in ("ä b", "-x", "$(x)", "*", "{{.}}")]
    report = scan("actionlint", *(workflow(BAD_WORKFLOW, path) for path in ["-x.yml", *paths]))
    assert [(one.rule, one.location.path) for one in report.detections] == [
        ("expression", path) for path in sorted(["-x.yml", *paths])
    ]

"""zizmor itself, over workflows, actions and Dependabot's configuration."""

from __future__ import annotations

import pytest

from modelyard.detections import Level
from modelyard.scanners.api import Input
from tests.scanners.repositories import BAD_WORKFLOW, GOOD_WORKFLOW, given, rules, scan

PATH = ".github/workflows/x.yml"
ACTION = """\
name: x
description: x
inputs: {x: {description: x}}
runs:
  using: composite
  steps:
    - run: echo ${{ inputs.x }}
      shell: bash
"""
DEPENDABOT = """\
version: 2
updates:
  - package-ecosystem: pip
    directory: /
    schedule: {interval: daily}
    insecure-external-code-execution: allow
"""


def workflow(text: str, path: str = PATH) -> Input:
    return given(path, text, "workflow")


def test_good_and_bad() -> None:
    good = ".github/workflows/good.yml"
    report = scan("zizmor", workflow(GOOD_WORKFLOW, good), workflow(BAD_WORKFLOW))
    assert rules(report, good) == set()
    assert {"dangerous-triggers", "template-injection"} <= rules(report, PATH)
    (injected,) = [one for one in report.detections if one.rule == "template-injection"]
    assert (injected.location.line, injected.location.column, injected.level) == (9, 23, Level.HIGH)
    assert injected.location.length == len("github.event.pull_request.title")
    assert injected.resource == "jobs.bad.steps[0].run"


def test_columns_are_those_of_people() -> None:
    text = BAD_WORKFLOW.replace("echo ${{", "echo 'äöü€😀' ${{")
    report = scan("zizmor", workflow(text))
    (injected,) = [one for one in report.detections if one.rule == "template-injection"]
    line = text.splitlines()[injected.location.line - 1]
    assert line[injected.location.column - 1 :].startswith("github.event.pull_request.title")


def test_actions_and_dependabot() -> None:
    action, dependabot = ".github/actions/x/action.yml", ".github/dependabot.yml"
    report = scan("zizmor", given(action, ACTION, "workflow"), given(dependabot, DEPENDABOT, "other"))
    assert rules(report, action) == {"template-injection"}
    assert "dependabot-execution" in rules(report, dependabot)


@pytest.mark.parametrize("text", ["", "name: [\n", "- a\n", "name: x\n", "jobs: {}\n", "a: 1\na: 2\n", "\0"])
def test_what_it_cannot_read_fails_and_the_rest_is_read(text: str) -> None:
    good, bad = ".github/workflows/good.yml", ".github/workflows/bad.yml"
    report = scan("zizmor", workflow(GOOD_WORKFLOW, good), workflow(text), workflow(BAD_WORKFLOW, bad))
    assert rules(report, PATH) == {"scanner-coverage"}
    assert rules(report, good) == set()
    assert "template-injection" in rules(report, bad)


def test_when_nothing_can_be_read() -> None:
    report = scan("zizmor", workflow("name: [\n"), workflow("", ".github/workflows/y.yml"))
    assert [one.rule for one in report.detections] == ["scanner-coverage"] * 2


def test_skip_comments_change_nothing_but_the_message() -> None:
    quiet = BAD_WORKFLOW.replace("title }}", "title }} # zizmor: ignore[template-injection]")
    plain, report = scan("zizmor", workflow(BAD_WORKFLOW)), scan("zizmor", workflow(quiet))
    assert {one.fingerprint for one in report.detections} == {one.fingerprint for one in plain.detections}
    (hidden,) = report.suppressed
    assert hidden.rule == "template-injection"
    assert hidden.message.endswith("(a skip comment in the file tries to hide this)")


@pytest.mark.parametrize(
    "path", ["zizmor.yml", ".github/zizmor.yml", ".github/zizmor.yaml", ".github/workflows/zizmor.yml"]
)
def test_configuration_in_the_tree_changes_nothing(path: str) -> None:
    silence = "rules:\n  template-injection:\n    disable: true\n  dangerous-triggers:\n    ignore: [x.yml]\n"
    report = scan("zizmor", workflow(BAD_WORKFLOW), workflow(silence, path))
    assert {"dangerous-triggers", "template-injection"} <= rules(report, PATH)

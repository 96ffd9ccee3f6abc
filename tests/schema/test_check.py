"""The second opinion: where it points and what it says."""

from __future__ import annotations

import pytest

from modelyard.findings import Finding
from modelyard.schema.validate import Checker, check
from modelyard.source.node import Mapping
from modelyard.source.reading import read
from modelyard.targets.registry import discover

HEAD = """\
apiVersion: modelyard.dev/v1
kind: Service
name: fraud
owner: risk-ml
description: Scores.
targets: {}
"""
IMAGE = 'image: {reference: "docker.io/library/python@sha256:%s"}\n' % ("0" * 64)
CHECKER = Checker(discover().plugins)


def _findings(text: str, name: str = "model") -> list[Finding]:
    root = read("models/fraud/model.yaml", text.encode()).root
    assert isinstance(root, Mapping)
    return CHECKER.check(root, name)


def _seen(text: str, name: str = "model") -> list[tuple[int, int, str]]:
    return [(found.location.line, found.location.column, found.message) for found in _findings(text, name)]


def test_a_right_manifest_has_no_findings() -> None:
    assert _seen(HEAD + IMAGE) == []


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("resource: {}", 1, 'there is no field "resource" here'),
        ("resources: 4Gi", 12, "expected a mapping, found a string"),
        ("resources: {cpu: [1]}", 18, "expected a string or a number, found a list"),
        ("resources: {memory: lots}", 21, '"lots" does not have the form that is due'),
        ("resources: {cpu: 0}", 18, '"0" is not more than 0'),
        ("scaling: {min: -1}", 16, '"-1" is less than 0'),
        ("scaling: {max: 1001}", 16, '"1001" is more than 1000'),
        ("architecture: x86", 15, '"x86" is not one of amd64, arm64'),
        ("labels: {Team: risk}", 10, '"Team" does not have the form that is due'),
        ("sidecars: {logs: {use: otel, image: %s}}", 30, None),
        ("volumes: {tmp: {path: /tmp}}", 16, "one of efs, ebs, scratch is due"),
        ("volumes: {tmp: {efs: {}, path: /tmp}}", 22, "missing here: fileSystem"),
        ("env: {A: %s}" % ("x" * 9000), 10, "at most 8192 characters fit, here are 9000"),
        (f"environments: [{', '.join(['dev'] * 51)}]", 15, "at most 50 entries fit, here are 51"),
        ("schedule: {cron: '* * * * *'}", 1, 'there is no field "schedule" here'),
    ],
)
def test_each_error_is_at_its_place_in_words(line: str, column: int, message: str | None) -> None:
    if message is None:
        line %= "docker.io/library/python@sha256:" + "0" * 64
        message = '"image" cannot be there beside another field that excludes it'
    assert _seen(HEAD + IMAGE + line + "\n") == [(8, column, message)]


def test_several_problems_are_all_found() -> None:
    text = HEAD + "image: {}\nsurprise: 1\nunheard: 2\nuser: 0\n"
    assert _seen(text) == [
        (7, 8, "one of build, reference, catalogue is due"),
        (8, 1, 'there is no field "surprise" here'),
        (9, 1, 'there is no field "unheard" here'),
        (10, 7, "expected a string, found an integer"),
    ]


def test_without_a_kind_that_is_what_is_said() -> None:
    assert _seen("name: fraud\n") == [(1, 1, "missing here: kind")]
    assert _seen("kind: Servise\n") == [(1, 7, '"Servise" is not one of Service, Job')]


def test_a_pattern_has_a_hint() -> None:
    [finding] = _findings(HEAD.replace("fraud", "Fraud") + IMAGE)
    assert finding.rule == "schema"
    assert finding.hint.startswith("Expected a model name (use lower-case letters")


def test_messages_do_not_hold_whole_values() -> None:
    for line in ("architecture: %s", "user: %s", "resources: {cpu: %s}", "labels: {? %s : a}"):
        findings = _findings(HEAD + IMAGE + line % ("y" * 50_000) + "\n")
        assert findings != []
        assert max(len(finding.message) for finding in findings) < 200


def test_the_manifest_of_a_release_and_of_an_override_is_checked_where_it_stands() -> None:
    head = "apiVersion: modelyard.dev/v1\nmodel: fraud\nkind: "
    release = f"{head}Release\ncommit: {'0' * 40}\nmanifest:\n  kind: Job\n  retries: many\n"
    assert (7, 12, "expected an integer, found a string") in _seen(release, "release")
    override = (
        f"{head}Override\nreason: More.\nmanifest:\n  scaling: {{max: null, min: many}}\n  owner: null\n"
    )
    assert _seen(override, "override") == [
        (6, 29, "expected an integer or null, found a string"),
        (7, 10, "expected a string, found null"),
    ]


def test_the_shared_checker_knows_the_targets() -> None:
    root = read("m.yaml", (HEAD.replace("targets: {}", "targets: {nowhere: {}}") + IMAGE).encode()).root
    assert isinstance(root, Mapping)
    assert [finding.message for finding in check(root, "model")] == ['there is no field "nowhere" here']

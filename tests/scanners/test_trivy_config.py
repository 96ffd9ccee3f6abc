"""trivy config, the real one: what it finds and where, what it proves, and what nobody can hide from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelyard.detections import Level
from modelyard.scanners import trivy_config
from modelyard.scanners.api import Malformed
from modelyard.scanners.coverage import unread as missing
from modelyard.scanners.run import ScanReport
from tests.scanners.documents import BAD_POD, HOSTILE, PLAIN_SERVICE, POD, TEMPLATE, forge, of, scan, unread

GOOD_POD = POD.format(name="good", privileged="false")
LIST = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: first, namespace: models}
- apiVersion: v1
  kind: Pod
  metadata: {name: inner, namespace: models}
  spec:
    containers:
    - name: one
      image: registry.example/x:1
      securityContext: {privileged: true}
    - name: two
      image: registry.example/x:1
      securityContext: {privileged: true}
"""
FILES = {
    "k8s/bad.yaml": BAD_POD,
    "k8s/service.yaml": PLAIN_SERVICE,
    "k8s/two.yaml": PLAIN_SERVICE + "---\n# The second.\n" + BAD_POD,
    "k8s/broken.yaml": BAD_POD + "---\napiVersion: v1\nkind: [\n---\n" + PLAIN_SERVICE,
    "k8s/list.yaml": LIST,
    "k8s/skip.yaml": "#trivy:ignore:*\n" + BAD_POD.replace("true", "true #trivy:ignore:KSV-0017"),
    "k8s/kustomization.yaml": BAD_POD,  # the name says nothing
    "app/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
    ".hidden/node_modules/bad.yaml": BAD_POD,
    "k8s/good.json": '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {}}',
    "cfn/bad.yaml": TEMPLATE,
    "cfn/skip.yaml": TEMPLATE.replace("  Group:", "  #trivy:ignore:*\n  Group:").replace(
        "0.0.0.0/0", "0.0.0.0/0 # tfsec:ignore:AWS-0107 trivy:exp:2099-01-01:ignore:AWS-0107"
    ),
    "cfn/broken.yaml": TEMPLATE + "  Odd: 3\n",
    "a/Dockerfile": "FROM registry.example/x:1\n#trivy:ignore:DS-0004\nEXPOSE 22\nUSER root\n",
    "b/clean.Dockerfile": "FROM registry.example/x:1\nUSER 1000\nHEALTHCHECK CMD true\n",
    **HOSTILE,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ScanReport:
    return scan("trivy-config", FILES, tmp_path_factory.mktemp("repository"))


def test_a_privileged_container_is_found_at_its_line(report: ScanReport) -> None:
    (one,) = of(report, "k8s/bad.yaml", "KSV-0017")
    assert (one.location.line, one.resource, one.level) == (8, "Pod/bad container/server", Level.HIGH)
    assert one.tool == "trivy-config"
    assert one.hint


def test_a_second_document_is_found_at_the_line_of_its_file(report: ScanReport) -> None:
    (one,) = of(report, "k8s/two.yaml", "KSV-0017")
    before = PLAIN_SERVICE.count("\n") + 2
    assert (one.location.line, one.resource) == (before + 8, "Pod/bad container/server")


@pytest.mark.parametrize("path", ["k8s/kustomization.yaml", ".hidden/node_modules/bad.yaml", "k8s/skip.yaml"])
def test_neither_names_nor_comments_hide_it(report: ScanReport, path: str) -> None:
    (one,) = of(report, path, "KSV-0017")
    assert one.location.line == (9 if path == "k8s/skip.yaml" else 8)


def test_a_list_is_taken_apart(report: ScanReport) -> None:
    first, second = of(report, "k8s/list.yaml", "KSV-0017")
    assert first.fingerprint != second.fingerprint
    assert {first.resource, second.resource} == {"Pod/inner"}
    assert first.location.line == 7


def test_each_rule_of_a_group_is_a_detection_by_itself(report: ScanReport) -> None:
    for path in ("cfn/bad.yaml", "cfn/skip.yaml"):
        first, second = of(report, path, "AWS-0107")
        assert (first.resource, second.resource) == ("Group", "Group")
        assert first.fingerprint != second.fingerprint
        shift = path == "cfn/skip.yaml"
        assert [first.location.line, second.location.line] == [11 + shift, 15 + shift]


def test_dockerfiles_are_read(report: ScanReport) -> None:
    (port,) = of(report, "a/Dockerfile", "DS-0004")
    assert (port.location.line, port.resource) == (3, "")
    assert of(report, "a/Dockerfile", "DS-0002")
    assert [one for one in report.detections if one.location.path == "b/clean.Dockerfile"] == []


def test_what_is_broken_is_not_read_and_hides_nothing(report: ScanReport) -> None:
    assert unread(report) == {"k8s/broken.yaml", "cfn/broken.yaml"}
    assert of(report, "k8s/broken.yaml", "KSV-0017")


def test_a_clean_file_is_clean(report: ScanReport) -> None:
    assert [one.rule for one in report.detections if one.location.path == "k8s/service.yaml"] == []


def test_rules_are_told(report: ScanReport) -> None:
    (rule,) = [one for one in report.rules if one.id == "KSV-0017"]
    assert rule.tool == "trivy-config"
    assert rule.summary == "Privileged"
    assert rule.why
    assert rule.fix
    assert rule.url.startswith("https://")


def test_nothing_that_is_off_is_reported(report: ScanReport) -> None:
    assert not {one.rule for one in report.detections} & set(trivy_config.OFF)


def result(**more: Any) -> dict[str, Any]:
    summary = {"Successes": 3, "Failures": 0}
    return {"Target": "000000-00000.yaml", "Type": "kubernetes", "MisconfSummary": summary, **more}


def test_an_object_that_the_report_leaves_out_is_missing(tmp_path: Path) -> None:
    files = {"x.yaml": PLAIN_SERVICE + "---\n" + GOOD_POD}
    scanner, (one,), outcome = forge(
        "trivy-config", files, tmp_path, {"SchemaVersion": 2, "Results": [result()]}
    )
    assert outcome.resources == {("x.yaml", "Service/plain")}
    assert missing(scanner, one, outcome)


@pytest.mark.parametrize(
    "changed",
    [
        {"MisconfSummary": {"Successes": 0, "Failures": 0}},
        {"Type": "cloudformation"},
    ],
)
def test_a_result_without_a_check_is_no_proof(tmp_path: Path, changed: dict[str, Any]) -> None:
    forged = {"SchemaVersion": 2, "Results": [result(**changed)]}
    scanner, (one,), outcome = forge("trivy-config", {"x.yaml": PLAIN_SERVICE}, tmp_path, forged)
    assert missing(scanner, one, outcome) == "the file"


@pytest.mark.parametrize(
    "forged",
    [
        "",
        '{"SchemaVersion": 2, "Results": [',
        [],
        {"SchemaVersion": 3},
        {"SchemaVersion": 2, "Results": {}},
        {"SchemaVersion": 2, "Results": [result(Target="../other.yaml")]},
        {"SchemaVersion": 2, "Results": [result(MisconfSummary=None)]},
        {"SchemaVersion": 2, "Results": [result(Misconfigurations=[{"ID": "KSV-0017"}])]},
    ],
)
def test_any_other_report_is_refused(tmp_path: Path, forged: Any) -> None:
    with pytest.raises(Malformed):
        forge("trivy-config", {"x.yaml": PLAIN_SERVICE}, tmp_path, forged)

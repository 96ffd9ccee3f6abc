"""checkov, the real one: what it finds and where, what it proves, and what nobody can hide from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelyard.detections import Level
from modelyard.scanners import checkov
from modelyard.scanners.api import Malformed
from modelyard.scanners.coverage import unread as missing
from modelyard.scanners.run import ScanReport
from tests.scanners.documents import BAD_POD, HOSTILE, PLAIN_SERVICE, TEMPLATE, forge, of, scan, unread

LIST = """\
{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "first", "namespace": "models"}},
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "inner"}, "spec": {"containers": [
    {"name": "one", "image": "x:1", "securityContext": {"privileged": true}}]}}]}
"""
ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: models}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [get, list]}
"""
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reads, namespace: models}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: app, namespace: models}
"""
FILES = {
    "k8s/bad.yaml": BAD_POD,
    "k8s/service.yaml": PLAIN_SERVICE,
    "k8s/unchecked.yaml": "apiVersion: batch/v9\nkind: Unchecked\nmetadata: {name: x, namespace: m}\n",
    "k8s/generated.yaml": BAD_POD.replace("  name: bad", "  generateName: bad-"),
    "k8s/two.yaml": PLAIN_SERVICE + "---\n# The second.\n" + BAD_POD,
    "k8s/broken.yaml": BAD_POD + "---\napiVersion: v1\nkind: [\n---\n" + PLAIN_SERVICE,
    "k8s/helm.yaml": BAD_POD + "# {{ .Values.x }}\n",
    "k8s/list.json": LIST,
    "k8s/skip.yaml": "# checkov:skip=CKV_K8S_16:no\n"
    + BAD_POD.replace("metadata:\n", "metadata:\n  annotations:\n    checkov.io/skip1: CKV_K8S_16=no\n"),
    "k8s/escaped.yaml": BAD_POD.replace(
        "metadata:\n", 'metadata:\n  annotations:\n    "checkov\\x2eio/skip1": CKV_K8S_16=no\n'
    ),
    "k8s/rbac.yaml": f"{ROLE}---\n{BINDING}",
    "k8s/binding.yaml": BINDING,
    ".hidden/node_modules/bad.yaml": BAD_POD,
    "cfn/bad.yaml": TEMPLATE,
    "cfn/comment.yaml": TEMPLATE.replace(
        "    Type: AWS::EC2", "    # checkov:skip=CKV_AWS_24:no\n    Type: AWS::EC2"
    ),
    "cfn/metadata.yaml": TEMPLATE.replace(
        "    Type: AWS::EC2", "    Metadata: {checkov: {skip: [{id: CKV_AWS_24}]}}\n    Type: AWS::EC2"
    ),
    "a/Dockerfile": "FROM registry.example/x:1\n#checkov:skip=CKV_DOCKER_1\nEXPOSE 22\nUSER 1000\n",
    "b/clean.Dockerfile": "FROM registry.example/x:1\nUSER 1000\nHEALTHCHECK CMD true\n",
    **HOSTILE,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ScanReport:
    return scan("checkov", FILES, tmp_path_factory.mktemp("repository"))


def test_a_privileged_container_is_found_where_it_says_so(report: ScanReport) -> None:
    (one,) = of(report, "k8s/bad.yaml", "CKV_K8S_16")
    assert (one.location.line, one.resource, one.level) == (11, "Pod/bad container/server", Level.HIGH)
    assert one.tool == "checkov"


def test_a_second_document_is_found_at_the_line_of_its_file(report: ScanReport) -> None:
    (one,) = of(report, "k8s/two.yaml", "CKV_K8S_16")
    before = PLAIN_SERVICE.count("\n") + 2
    assert (one.location.line, one.resource) == (before + 11, "Pod/bad container/server")


def test_a_list_is_taken_apart(report: ScanReport) -> None:
    (one,) = of(report, "k8s/list.json", "CKV_K8S_16")
    assert (one.location.line, one.resource) == (4, "Pod/inner container/one")


def test_an_object_without_a_name_of_its_own_is_read(report: ScanReport) -> None:
    (one,) = of(report, "k8s/generated.yaml", "CKV_K8S_16")
    assert (one.location.line, one.resource) == (11, "Pod/bad- container/server")


@pytest.mark.parametrize("path", [".hidden/node_modules/bad.yaml", "k8s/skip.yaml"])
def test_neither_names_nor_comments_hide_it(report: ScanReport, path: str) -> None:
    (one,) = of(report, path, "CKV_K8S_16")
    assert one not in report.suppressed


def test_what_asks_to_be_skipped_in_data_is_reported_as_such(report: ScanReport) -> None:
    for path, rule in (("k8s/escaped.yaml", "CKV_K8S_16"), ("cfn/metadata.yaml", "CKV_AWS_24")):
        (one,) = of(report, path, rule)
        assert one in report.suppressed


def test_a_resource_of_a_template_is_found(report: ScanReport) -> None:
    for path in ("cfn/bad.yaml", "cfn/comment.yaml"):
        (one,) = of(report, path, "CKV_AWS_24")
        assert (one.resource, one.level) == ("Group", Level.HIGH)
        assert 4 <= one.location.line <= 9


def test_dockerfiles_are_read(report: ScanReport) -> None:
    (port,) = of(report, "a/Dockerfile", "CKV_DOCKER_1")
    assert (port.location.line, port.resource) == (3, "")
    assert [one for one in report.detections if one.location.path == "b/clean.Dockerfile"] == []


def test_what_is_broken_is_not_read_and_hides_nothing(report: ScanReport) -> None:
    # checkov takes whatever mentions Helm's values for a part of a chart.
    assert unread(report) == {"k8s/broken.yaml", "k8s/helm.yaml"}
    assert of(report, "k8s/broken.yaml", "CKV_K8S_16")


def test_clean_files_are_clean_even_those_without_any_check(report: ScanReport) -> None:
    clean = {"k8s/service.yaml", "k8s/unchecked.yaml"}
    assert [one.rule for one in report.detections if one.location.path in clean] == []


def test_no_file_is_judged_by_another(report: ScanReport) -> None:
    (one,) = of(report, "k8s/rbac.yaml", "CKV2_K8S_5")
    assert one.resource == "RoleBinding/reads"
    assert of(report, "k8s/binding.yaml", "CKV2_K8S_5") == []


def test_nothing_that_is_off_is_reported(report: ScanReport) -> None:
    assert not {one.rule for one in report.detections} & set(checkov.OFF)


def group(**more: Any) -> dict[str, Any]:
    return {"failed": [], "skipped": [], "seen": [], "error": "", **more}


@pytest.mark.parametrize("forged", [[group()], [group(seen=[], error="ParseError")]])
def test_an_object_that_the_report_leaves_out_is_missing(tmp_path: Path, forged: Any) -> None:
    scanner, (one,), outcome = forge("checkov", {"x.yaml": PLAIN_SERVICE}, tmp_path, forged)
    assert missing(scanner, one, outcome) == "the file"


def test_a_resource_that_the_report_leaves_out_is_missing(tmp_path: Path) -> None:
    file = str(tmp_path / "scratch" / "documents" / "000000-00000.yaml")
    seen = [[file, "AWS::EC2::SecurityGroup.Group"]]
    scanner, (one,), outcome = forge("checkov", {"x.yaml": TEMPLATE}, tmp_path, [group(seen=seen)])
    assert missing(scanner, one, outcome) == "Handle"


@pytest.mark.parametrize(
    "forged",
    [
        "",
        '[{"failed": [',
        {},
        [],
        [group(), group()],
        [{"failed": []}],
        [group(seen=[["/elsewhere/x.yaml", "Pod.default.x"]])],
        [group(failed=[["CKV_K8S_16"]])],
    ],
)
def test_any_other_report_is_refused(tmp_path: Path, forged: Any) -> None:
    with pytest.raises(Malformed):
        forge("checkov", {"x.yaml": PLAIN_SERVICE}, tmp_path, forged)

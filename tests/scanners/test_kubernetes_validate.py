"""kubernetes-validate's schemas: what is found and where, what is proved, and what has no schema."""

from __future__ import annotations

import typing
from pathlib import Path
from typing import Any

import pytest

from modelyard.detections import Level
from modelyard.scanners import kubernetes_validate
from modelyard.scanners.api import Malformed
from modelyard.scanners.coverage import unread as missing
from modelyard.scanners.run import ScanReport
from modelyard.targets.kubernetes.settings import KubernetesPlatform
from tests.scanners.documents import PLAIN_SERVICE, POD, forge, of, scan, unread

GOOD_POD = POD.format(name="good", privileged="false")
FILES = {
    "good.yaml": PLAIN_SERVICE + "---\n" + GOOD_POD,
    "typo.yaml": GOOD_POD.replace("privileged:", "privilegd:"),
    "type.yaml": GOOD_POD.replace("privileged: false", 'privileged: "sesame"'),
    "second.yaml": PLAIN_SERVICE + "---\n" + GOOD_POD.replace("containers:", "container:"),
    "broken.yaml": GOOD_POD + "---\nkind: [\n---\n" + PLAIN_SERVICE,
    "removed.yaml": "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: old}\n",
    "custom.yaml": "apiVersion: apps.example.com/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {}\n",
    "known.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\n",
    "kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
    "numbered.yaml": "apiVersion: 1\nkind: Pod\nmetadata: {name: x}\n",
    "list.yaml": "kind: List\napiVersion: v1\nitems:\n"
    "- {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {}}\n",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ScanReport:
    return scan("kubernetes-validate", FILES, tmp_path_factory.mktemp("repository"))


def test_it_is_held_against_all_versions_that_an_environment_may_name() -> None:
    said = typing.get_type_hints(KubernetesPlatform)["version"]
    assert typing.get_args(said) == kubernetes_validate.VERSIONS


def test_a_misspelled_field_is_found_in_its_container(report: ScanReport) -> None:
    (one,) = of(report, "typo.yaml", "schema-violation")
    assert (one.location.line, one.resource) == (11, "Pod/good container/server")
    assert one.level is Level.HIGH
    assert "privilegd" in one.message


def test_a_value_is_never_told(report: ScanReport) -> None:
    (one,) = of(report, "type.yaml", "schema-violation")
    assert "boolean" in one.message
    assert "sesame" not in one.message


def test_each_problem_of_a_second_document_is_found(report: ScanReport) -> None:
    before = PLAIN_SERVICE.count("\n") + 1
    found = of(report, "second.yaml", "schema-violation")
    assert {one.resource for one in found} == {"Pod/good"}
    assert all(one.location.line > before for one in found)
    assert len(found) == 2  # one field too many, and one that is missing


def test_a_removed_kind_is_unknown(report: ScanReport) -> None:
    (one,) = of(report, "removed.yaml", "unknown-kind")
    assert (one.resource, one.level, one.location.line) == ("Deployment/old", Level.HIGH, 1)


def test_a_custom_kind_is_not_taken_for_one_of_kubernetes(report: ScanReport) -> None:
    (one,) = [one for one in report.detections if one.location.path == "custom.yaml"]
    assert (one.rule, one.level, one.resource) == ("kind-without-schema", Level.LOW, "Deployment/x")


def test_an_object_needs_its_header(report: ScanReport) -> None:
    (one,) = of(report, "numbered.yaml", "schema-violation")
    assert one.level is Level.HIGH


def test_an_item_of_a_list_is_validated(report: ScanReport) -> None:
    (one,) = of(report, "list.yaml", "schema-violation")
    assert (one.resource, one.location.line) == ("Pod/x", 4)


def test_clean_files_are_clean(report: ScanReport) -> None:
    clean = {"good.yaml", "known.yaml", "kustomization.yaml"}
    assert [one for one in report.detections if one.location.path in clean] == []


def test_what_is_broken_is_not_read(report: ScanReport) -> None:
    assert unread(report) == {"broken.yaml"}


def test_a_problem_in_some_versions_blocks_nothing(tmp_path: Path) -> None:
    said: dict[str, Any] = {version: [] for version in kubernetes_validate.VERSIONS}
    said["1.34"] = [[["spec", "ports"], "is new"]]
    _, _, outcome = forge("kubernetes-validate", {"x.yaml": PLAIN_SERVICE}, tmp_path, [said])
    (one,) = outcome.detections
    assert one.level is Level.LOW
    assert "1.34" in one.message


def test_an_object_that_is_broken_is_missing(tmp_path: Path) -> None:
    said: dict[str, Any] = {version: [] for version in kubernetes_validate.VERSIONS}
    files = {"x.yaml": PLAIN_SERVICE + "---\n{\n"}
    scanner, (one,), outcome = forge("kubernetes-validate", files, tmp_path, [said])
    assert missing(scanner, one, outcome) == "the file"


@pytest.mark.parametrize(
    "forged", ["", "[", {}, [], [{}], [{"1.34": []}], [[]], [dict.fromkeys(("1.34", "1.35"), 3)]]
)
def test_any_other_report_is_refused(tmp_path: Path, forged: Any) -> None:
    with pytest.raises(Malformed):
        forge("kubernetes-validate", {"x.yaml": PLAIN_SERVICE}, tmp_path, forged)

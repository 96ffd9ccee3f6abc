"""cfn-lint, the real one: what it finds and where, what it proves to have read, and what it cannot hide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelyard.detections import Level
from modelyard.scanners.api import Malformed
from modelyard.scanners.coverage import unread as missing
from modelyard.scanners.run import ScanReport
from tests.scanners.documents import HOSTILE, TEMPLATE, forge, of, scan, unread

BAD = TEMPLATE.replace("      GroupDescription: Admin", "      GroupDescripton: Admin")
FILES = {
    "bad.yaml": BAD,
    "good.yaml": TEMPLATE,
    "good.json": '{"Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}',
    "whole.yaml": BAD + "Metadata:\n  cfn-lint:\n    config: {ignore_checks: [E, W, I]}\n",
    "resource.yaml": BAD.replace(
        "    Properties:",
        "    Metadata: {cfn-lint: {config: {ignore_checks: [E3002, E3003]}}}\n    Properties:",
    ),
    "twice.yaml": TEMPLATE + "---\n" + TEMPLATE,
    "warned.yaml": TEMPLATE + "Parameters:\n  Unused:\n    Type: String\n",
    "value.yaml": TEMPLATE.replace("FromPort: 22", "FromPort: sesame").replace(
        "IpProtocol: tcp", "IpProtocol: [a]"
    ),
    **HOSTILE,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ScanReport:
    return scan("cfn-lint", FILES, tmp_path_factory.mktemp("repository"))


def test_an_unknown_property_is_found_at_its_line(report: ScanReport) -> None:
    (one,) = of(report, "bad.yaml", "E3002")
    assert (one.location.line, one.location.column) == (6, 7)
    assert (one.resource, one.level, one.tool) == ("Group", Level.HIGH, "cfn-lint")
    assert "GroupDescripton" in one.message


@pytest.mark.parametrize("path", ["whole.yaml", "resource.yaml"])
def test_a_template_cannot_switch_rules_off(report: ScanReport, path: str) -> None:
    assert of(report, path, "E3002")
    assert of(report, path, "E3003")


def test_a_value_is_never_told(report: ScanReport) -> None:
    found = [one for one in report.detections if one.location.path == "value.yaml"]
    assert {one.location.line for one in found} >= {8, 9}
    assert not [one.message for one in found if "sesame" in one.message or "'a'" in one.message]


def test_a_warning_is_less(report: ScanReport) -> None:
    (one,) = of(report, "warned.yaml", "W2001")
    assert one.level is Level.MEDIUM


def test_clean_templates_are_clean(report: ScanReport) -> None:
    assert [one.rule for one in report.detections if one.location.path in ("good.yaml", "good.json")] == []


def test_what_is_no_template_is_not_read(report: ScanReport) -> None:
    assert unread(report) == {"twice.yaml"}


def test_rules_are_told(report: ScanReport) -> None:
    (rule,) = [one for one in report.rules if one.id == "E3002"]
    assert rule.tool == "cfn-lint"
    assert rule.summary
    assert rule.url.startswith("https://")


def test_a_template_is_held_against_the_region_of_its_path(tmp_path: Path) -> None:
    folder = "environments/prod/rendered/m/ecs"
    report = scan(
        "cfn-lint",
        {
            f"{folder}/{region}/stack.yaml": "Resources:\n  S:\n    Type: AWS::Lightsail::Disk\n"
            "    Properties: {DiskName: data, SizeInGb: 8}\n"
            for region in ("eu-west-1", "me-central-1", "no-where-9")
        },
        tmp_path,
    )
    assert {one.location.path.split("/")[5] for one in report.detections} == {"me-central-1"}


def test_a_resource_that_the_report_leaves_out_is_missing(tmp_path: Path) -> None:
    forged = [{"matches": [], "resources": ["Group"], "error": ""}]
    scanner, (one,), outcome = forge("cfn-lint", {"x.yaml": TEMPLATE}, tmp_path, forged)
    assert missing(scanner, one, outcome) == "Handle"


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "[",
        {},
        [],
        [{"matches": []}],
        [{"matches": [["E1"]], "resources": [], "error": ""}],
        [{"matches": [["E1", "odd", "m", 1, 1, [], "s", "d", "u"]], "resources": [], "error": ""}],
    ],
)
def test_any_other_report_is_refused(tmp_path: Path, forged: Any) -> None:
    with pytest.raises(Malformed):
        forge("cfn-lint", {"x.yaml": TEMPLATE}, tmp_path, forged)

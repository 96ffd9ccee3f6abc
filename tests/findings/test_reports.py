"""Every folder of tests/cases/reports is a test: findings.json and source/ give each expected file.

An expected file is named after what it was made with: ``text-80.txt`` (width), ``colour-80.txt``,
``github.txt``, ``json.json``, ``sarif.json``.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from modelyard.findings import Finding, Location, Severity
from modelyard.findings.report import Format, in_order, render, summary
from modelyard.findings.sources import Sources

CASES = Path(__file__).parents[1] / "cases" / "reports"
EXPECTED = sorted(
    path for path in CASES.glob("*/*") if path.is_file() and path.suffix and path.name != "findings.json"
)
FORMATS: dict[str, Format] = {
    "text": "text",
    "colour": "text",
    "github": "github",
    "json": "json",
    "sarif": "sarif",
}


def read_findings(case: Path) -> list[Finding]:
    return [
        Finding(
            rule=row["rule"],
            location=Location(row["path"], row.get("line", 1), row.get("column", 1), row.get("length", 1)),
            message=row["message"],
            hint=row.get("hint", ""),
            severity=Severity(row.get("severity", "error")),
        )
        for row in json.loads((case / "findings.json").read_text("utf-8"))
    ]


def report(case: Path, findings: list[Finding], stem: str) -> str:
    kind, _, width = stem.partition("-")
    return render(
        findings,
        FORMATS[kind],
        sources=Sources(case / "source"),
        colour=kind == "colour",
        width=int(width or 80),
        tool_version="1.2.3",
    )


def test_there_are_cases() -> None:
    assert len(EXPECTED) >= 20
    assert {path.name for path in (CASES / "fargate").iterdir()} >= {
        "text-40.txt",
        "text-80.txt",
        "text-200.txt",
    }


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_case(expected: Path) -> None:
    case = expected.parent
    assert report(case, read_findings(case), expected.stem) == expected.read_bytes().decode("utf-8")


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_order_of_arrival_does_not_show(expected: Path) -> None:
    findings = read_findings(expected.parent) * 2
    random.Random(7).shuffle(findings)
    assert report(expected.parent, findings, expected.stem) == expected.read_bytes().decode("utf-8")


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda path: path.name)
def test_colour_adds_nothing_but_colour(case: Path) -> None:
    findings = read_findings(case)
    coloured = report(case, findings, "colour-80")
    assert coloured != report(case, findings, "text-80")
    assert re.sub(r"\x1b\[\d+m", "", coloured) == report(case, findings, "text-80")


def test_no_findings() -> None:
    case = CASES / "fargate"
    assert report(case, [], "text-80") == ""
    assert report(case, [], "github") == ""
    assert json.loads(report(case, [], "json")) == {
        "version": 1,
        "findings": [],
        "summary": {"errors": 0, "warnings": 0, "notes": 0},
    }
    assert json.loads(report(case, [], "sarif"))["runs"][0]["results"] == []


def test_in_order_breaks_every_tie() -> None:
    place = Location("a.yaml", 1, 1)
    findings = [
        Finding("rule", place, "message", hint="b"),
        Finding("rule", place, "message", hint="a"),
        Finding("rule", place, "message", severity=Severity.WARNING),
        Finding("rule", Location("a.yaml", 1, 1, 5), "message"),
    ]
    assert in_order(findings) == in_order(reversed(findings)) == in_order(findings * 3)
    assert len(in_order(findings)) == 4


def test_summary() -> None:
    def at(path: str, severity: Severity = Severity.ERROR, line: int = 1) -> Finding:
        return Finding("rule", Location(path, line), "message", severity=severity)

    assert summary([]) == "no findings"
    assert summary([at("a")]) == "1 error in 1 file"
    assert summary(iter([at("a"), at("a"), at("b")])) == "2 errors in 2 files"
    warned = [at("a", Severity.WARNING), at("a", Severity.NOTE), at("b", Severity.NOTE)]
    assert summary(warned) == "1 warning, 2 notes in 2 files"
    assert summary([*warned, *(at("a", line=line) for line in range(3))]) == (
        "3 errors, 1 warning, 2 notes in 2 files"
    )


def test_only_the_format_asked_for_is_imported() -> None:
    """Reporting plain ASCII as text costs no json, no hashlib, no unicodedata."""
    program = """if True:
        import sys
        from modelyard.findings import Finding, Location
        from modelyard.findings.report import render
        from modelyard.findings.sources import Sources
        finding = Finding("rule", Location("models/iris/model.yaml", 14, 11, 4), "message", "hint")
        sources = Sources(sys.argv[1])
        assert "memory: 16Gi" in render(
            [finding], "text", sources=sources, colour=True, width=80, tool_version="1"
        )
        heavy = {"json", "hashlib", "unicodedata", "urllib.parse", "pathlib", "difflib", "textwrap"}
        ours = {"modelyard.findings." + name for name in ("json_report", "github", "sarif", "nearest")}
        print(sorted((heavy | ours) & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, str(CASES / "fargate" / "source")],
        env={
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"

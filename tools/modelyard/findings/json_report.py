"""Findings for programs.

The shape, which only grows while ``version`` stays the same::

    {"version": 1,
     "findings": [{"rule": str, "severity": "error" | "warning" | "note",
                   "path": str, "line": int, "column": int, "length": int,
                   "message": str, "hint": str}, ...],
     "summary": {"errors": int, "warnings": int, "notes": int}}

``path`` is relative to the repository's root, with ``/``; ``line`` and ``column`` count from 1, columns and
``length`` in code points. ``hint`` may be empty. Texts are as they are, not escaped for a terminal; the
document itself is plain ASCII.
"""

from __future__ import annotations

from modelyard.findings.finding import Finding, Severity

VERSION = 1


def render(findings: list[Finding]) -> str:
    """The report as one JSON document, indented, with a line break at its end."""
    import json

    document = {
        "version": VERSION,
        "findings": [_row(finding) for finding in findings],
        "summary": {f"{severity}s": _count(findings, severity) for severity in Severity},
    }
    return json.dumps(document, indent=2) + "\n"


def _row(finding: Finding) -> dict[str, str | int]:
    where = finding.location
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "path": where.path,
        "line": where.line,
        "column": where.column,
        "length": where.length,
        "message": finding.message,
        "hint": finding.hint,
    }


def _count(findings: list[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)

"""Findings as SARIF 2.1.0 (OASIS), for code scanning and for viewers."""

from __future__ import annotations

from collections import Counter

from modelyard.findings.finding import Finding, Location
from modelyard.findings.visible import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(findings: list[Finding], tool_version: str) -> str:
    """One SARIF log with one run, indented, with a line break at its end.

    It names no folder of this machine: places are relative to ``SRCROOT``, which the reader resolves.
    """
    import json

    rules = sorted({finding.rule for finding in findings})
    index = {rule: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "modelyard",
                "version": tool_version,
                "rules": [{"id": rule, "shortDescription": {"text": _title(rule)}} for rule in rules],
            }
        },
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": _results(findings, index),
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _results(findings: list[Finding], index: dict[str, int]) -> list[dict[str, object]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    results = []
    for finding in findings:
        same = (finding.rule, finding.location.path, finding.message)
        body = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
        result: dict[str, object] = {
            "ruleId": finding.rule,
            "ruleIndex": index[finding.rule],
            "level": str(finding.severity),
            "message": {"text": plain_text(body)},
            "locations": [{"physicalLocation": place(finding.location)}],
            "partialFingerprints": {"modelyardFinding/v1": _fingerprint(same, seen[same])},
        }
        seen[same] += 1
        results.append(result)
    return results


def place(where: Location) -> dict[str, object]:
    """A physical location, relative to ``SRCROOT``."""
    from urllib.parse import quote

    # A lone surrogate has no UTF-8 form; written out it at least stays recognisable.
    uri = quote(where.path.encode("utf-8", "backslashreplace"), safe="/") or "."
    return {
        "artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"},
        "region": {
            "startLine": where.line,
            "startColumn": where.column,
            "endColumn": where.column + where.length,  # the column behind the mark
        },
    }


def _fingerprint(same: tuple[str, str, str], occurrence: int) -> str:
    """Names a finding across runs: without the line, so that an edit above it does not make it new."""
    import hashlib
    import json

    return hashlib.sha256(json.dumps([*same, occurrence]).encode("ascii")).hexdigest()


def plain_text(text: str) -> str:
    """A plain text message: braces doubled (SARIF 3.11.5), and no ``[text](target)`` link (3.11.6)."""
    text = "\n".join(visible(line) for line in text.split("\n"))
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _title(rule: str) -> str:
    """What the rule is about in words: its id is a kebab-case phrase."""
    words = visible(rule).replace("-", " ")
    return words[:1].upper() + words[1:]

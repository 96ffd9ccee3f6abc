"""Prints findings in the format that was asked for. Reporters decide nothing: they sort and show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from modelyard.findings.finding import Finding, Severity
from modelyard.findings.sources import Sources

Format = Literal["text", "json", "github", "sarif"]


def render(
    findings: Iterable[Finding],
    fmt: Format,
    *,
    sources: Sources,
    colour: bool,
    width: int,
    tool_version: str,
) -> str:
    """The findings as ``fmt``, sorted and without exact duplicates, every line ended by a line break.

    ``colour`` (ANSI) and ``width`` (terminal cells, at least 20) are for ``text`` and decided by the caller;
    ``tool_version`` goes into ``sarif``. No findings are the empty string in ``text`` and ``github``. The
    same findings give the same text in whatever order they come.
    """
    ordered = in_order(findings)
    if fmt == "text":
        from modelyard.findings import text

        return text.render(ordered, sources, colour, width)
    if fmt == "json":
        from modelyard.findings import json_report

        return json_report.render(ordered)
    if fmt == "github":
        from modelyard.findings import github

        return github.render(ordered)
    from modelyard.findings import sarif

    return sarif.render(ordered, tool_version)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by file, place and rule, each once."""
    return sorted(dict.fromkeys(findings), key=_key)


def summary(findings: Iterable[Finding]) -> str:
    """The last line of a report, as ``3 errors, 1 warning in 2 files`` or ``no findings``."""
    counted = in_order(findings)
    if not counted:
        return "no findings"
    amounts = [(severity, sum(one.severity is severity for one in counted)) for severity in Severity]
    kinds = ", ".join(_amount(number, str(severity)) for severity, number in amounts if number)
    return f"{kinds} in {_amount(len({finding.location.path for finding in counted}), 'file')}"


def _key(finding: Finding) -> tuple[tuple[str, int, int, str, str], int, str, str]:
    """``sort_key`` and then the rest, so that the order of arrival never shows."""
    return (finding.sort_key(), finding.location.length, str(finding.severity), finding.hint)


def _amount(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

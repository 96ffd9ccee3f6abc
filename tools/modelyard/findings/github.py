"""Findings as workflow commands, which GitHub Actions turns into annotations of a pull request.

The escapes are those that the runner undoes (actions/runner, ``ActionCommand``): ``%``, CR and LF in the
message, ``:`` and ``,`` as well in a property.
"""

from __future__ import annotations

from modelyard.findings.finding import Finding, Severity
from modelyard.findings.visible import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(findings: list[Finding]) -> str:
    """One command a line. ``endColumn`` is the last column meant, as the checks API counts it."""
    return "".join(_command(finding) + "\n" for finding in findings)


def _command(finding: Finding) -> str:
    where = finding.location
    properties = {
        "file": where.path,
        "line": str(where.line),
        "col": str(where.column),
        "endColumn": str(where.column + where.length - 1),
        "title": finding.rule,
    }
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    body = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    return f"::{_COMMANDS[finding.severity]} {listed}::{escape_data(body)}"


def escape_data(text: str) -> str:
    """A message on one line; line breaks come back as such, other controls stay visible escapes."""
    text = "\n".join(visible(line) for line in text.split("\n"))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """A property's value, unable to end it or to begin another."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")

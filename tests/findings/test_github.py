"""The commands are read back as the Actions runner reads them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.findings import Finding, Location, Severity
from modelyard.findings.report import render
from modelyard.findings.sources import Sources
from modelyard.findings.visible import visible

NASTY = st.sampled_from(
    ["\n", "\r", "::", ":", ",", "%", "%0A", "%25", "=", "##[", " ", "\x1b", "\u202e", "\u2028"]
)
TEXT = st.lists(st.one_of(NASTY, st.characters(exclude_categories=())), max_size=15).map("".join)


def _unescape(text: str, codes: dict[str, str]) -> str:
    """As the runner does it: one code after the other, ``%25`` last."""
    for code, char in codes.items():
        text = text.replace(code, char)
    return text


DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}
PROPERTY = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """Name, properties and message of a workflow command."""
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    name, _, listed = head.partition(" ")
    pairs = [part.split("=", 1) for part in listed.split(",") if part]
    return name, {key: _unescape(value, PROPERTY) for key, value in pairs if value}, _unescape(data, DATA)


def _render(*findings: Finding) -> list[str]:
    out = render(findings, "github", sources=Sources(Path()), colour=False, width=80, tool_version="1")
    assert out.endswith("\n")
    return out[:-1].split("\n")


def test_one_annotation_for_each_severity() -> None:
    where = Location("models/iris/model.yaml", 14, 11, 4)
    lines = _render(*(Finding(f"rule-{one}", where, "wrong", "mend", one) for one in Severity))
    assert lines == [
        f"::{name} file=models/iris/model.yaml,line=14,col=11,endColumn=14,title=rule-{severity}"
        "::wrong%0Amend"
        for severity, name in (("error", "error"), ("note", "notice"), ("warning", "warning"))
    ]


@given(TEXT, TEXT, TEXT, TEXT)
@settings(max_examples=300, deadline=None)
def test_nothing_is_injected_and_nothing_is_lost(rule: str, path: str, message: str, hint: str) -> None:
    (line,) = _render(Finding(rule, Location(path, 3, 2, 5), message, hint))
    assert line.isprintable()
    assert "##[" not in line
    name, properties, data = read_command(line)
    assert name == "error"
    expected = {"file": path, "line": "3", "col": "2", "endColumn": "6", "title": rule}
    assert properties == {key: _shown(value) for key, value in expected.items() if value}
    assert data == _shown(f"{message}\n{hint}" if hint else message)


def _shown(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))

"""Findings for people: one line each that editors can jump to, then the source line and the hint."""

from __future__ import annotations

from modelyard.findings.excerpt import cells, excerpt
from modelyard.findings.finding import Finding, Severity
from modelyard.findings.sources import Sources
from modelyard.findings.visible import clip, visible

LONGEST = 2000  # code points of a message or hint; a value quoted from a hostile file may be megabytes
NARROWEST = 20  # a terminal that claims less is not believed

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}


def render(findings: list[Finding], sources: Sources, colour: bool, width: int) -> str:
    """The report as text; lines of the excerpt and of the hint are at most ``width`` cells.

    The line with the message is never broken, so that ``path:line:column: severity[rule]: message`` stays
    one record for grep and for editors. A hint's words are never broken either: it may be a command.
    """
    lines: list[str] = []
    for finding in findings:
        lines += _lines(finding, sources, colour, max(width, NARROWEST))
    return "".join(line + "\n" for line in lines)


def _lines(finding: Finding, sources: Sources, colour: bool, width: int) -> list[str]:
    where = finding.location
    code = _COLOURS[finding.severity] if colour else ""
    place = guarded(visible(f"{where.path}:{where.line}:{where.column}:"))
    label = visible(f"{finding.severity}[{finding.rule}]")
    message = visible(clip(finding.message, LONGEST))
    hint = visible(clip(finding.hint, LONGEST))
    lines = [f"{_paint(place, '1' if colour else '')} {_paint(label, code)}: {message}"]
    source = sources.line(where.path, where.line)
    margin = " " * (len(str(where.line)) + 3)
    if source is not None:
        shown, before, marked = excerpt(source, where.column, where.length, max(8, width - len(margin) - 2))
        lines.append(f"  {where.line} | {shown}".rstrip())
        mark = "^" * marked
        beside = len(margin) + 2 + before + marked + 1 + cells(hint) <= width
        if hint and beside:
            mark, hint = f"{mark} {hint}", ""
        lines.append(f"{margin}| {' ' * before}{_paint(mark, code)}")
    if hint:
        lines += wrapped(hint, f"{margin}= hint: ", width)
    return lines


def wrapped(text: str, lead: str, width: int) -> list[str]:
    """The words in lines of at most ``width`` cells, the first led by ``lead``, the others by blanks."""
    lines: list[str] = []
    line = lead
    used = 0
    for word in text.split():
        size = cells(word)
        if used and len(lead) + used + 1 + size > width:
            lines.append(line.rstrip())
            line, used = " " * len(lead) + guarded(word), size
        else:
            gap = " " if used else ""
            line, used = line + gap + word, used + len(gap) + size
    return [*lines, line.rstrip()]


def guarded(line: str) -> str:
    """A line that the GitHub runner does not obey: it takes ``::`` at a line's start for a command."""
    begin = len(line) - len(line.lstrip())
    return line[:begin] + "\\x3a" + line[begin + 1 :] if line.startswith("::", begin) else line


def _paint(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if code else text

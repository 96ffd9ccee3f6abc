"""The report as workflow commands: annotations at the lines of a pull request."""

from __future__ import annotations

from modelyard.detections import Detection
from modelyard.findings.github import escape_data, escape_property
from modelyard.gate.report.facts import Facts, label, state


def render(facts: Facts) -> str:
    """One command a line; what is waived is not annotated. The last line is for the log."""
    lines = [_command(facts, one) for one in facts.answer.detections if not one.waiver]
    counted = facts.counted()
    verdict = "passed" if facts.answer.passed else "blocked"
    summary = f"gate {verdict}: {counted['blocking']} blocking, {counted['waived']} waived"
    return "".join(f"{line}\n" for line in (*lines, summary))


def _command(facts: Facts, one: Detection) -> str:
    where = one.location
    properties = {
        "file": where.path,
        "line": str(where.line),
        "col": str(where.column),
        "endColumn": str(where.column + where.length - 1),
        "title": f"{label(one)} ({one.level.word})",
    }
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    kind = "error" if state(facts, one) == "blocks" else "notice"
    subject = f"{one.resource}: {one.message}" if one.resource else one.message
    body = "\n".join(part for part in (subject, one.hint, f"id {one.fingerprint}") if part)
    return f"::{kind} {listed}::{escape_data(body)}"

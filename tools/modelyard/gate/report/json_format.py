"""The report for programs.

The shape, which only grows while ``version`` stays the same::

    {"version": 1, "passed": bool, "blocks": level, "files": int, "resources": int, "partial": str,
     "detections": [{"fingerprint": str, "tool": str, "rule": str, "level": level,
                     "state": "blocks" | "waived" | "reported", "model": str, "path": str,
                     "line": int, "column": int, "length": int, "resource": str,
                     "evidence": str, "message": str, "why": str, "hint": str,
                     "waiver": str}, ...],
     "scanners": [{"name": str, "version": str, "files": int, "cached": int, "seconds": float,
                   "failed": bool}, ...],
     "summary": {"blocking": int, "waived": int, "reported": int, "critical": int, ...}}

where a level is ``low``, ``medium``, ``high`` or ``critical``. The document is plain ASCII.
"""

from __future__ import annotations

from modelyard.detections import Detection
from modelyard.gate.report.facts import Facts, plain_json, ran_as_plain, state

VERSION = 1


def render(facts: Facts) -> str:
    """The report as one JSON document, indented, with a line break at its end."""
    answer = facts.answer
    document = {
        "version": VERSION,
        "passed": answer.passed,
        "blocks": answer.blocks.word,
        "files": answer.files,
        "resources": answer.resources,
        "partial": answer.partial,
        "detections": [_row(facts, one) for one in answer.detections],
        "scanners": [ran_as_plain(one) for one in answer.ran],
        "summary": facts.counted(),
    }
    return plain_json(document)


def _row(facts: Facts, one: Detection) -> dict[str, str | int]:
    where = one.location
    return {
        "fingerprint": one.fingerprint,
        "tool": one.tool,
        "rule": one.rule,
        "level": one.level.word,
        "state": state(facts, one),
        "model": one.model,
        "path": where.path,
        "line": where.line,
        "column": where.column,
        "length": where.length,
        "resource": one.resource,
        "evidence": one.evidence,
        "message": one.message,
        "why": facts.rule(one).why,
        "hint": one.hint,
        "waiver": one.waiver,
    }

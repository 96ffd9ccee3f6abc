"""The report as Markdown, for a comment or a job summary: a table for each model."""

from __future__ import annotations

import re

from modelyard.detections import Detection
from modelyard.findings.visible import clip, visible
from modelyard.gate.report.facts import Facts, label, state

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&:-])")
_PLAIN = re.compile(r"[\w ./:@%+=,()-]+", re.ASCII)
_MOST = 500  # rows: GitHub refuses comments above 65,536 characters, and nobody reads so many


def render(facts: Facts) -> str:
    """A heading with the answer, then the tables."""
    counted = facts.counted()
    verdict = "passed" if facts.answer.passed else "blocked"
    lines = [f"## Security gate: {verdict}", ""]
    summary = (
        f"{counted['blocking']} blocking, {counted['waived']} waived, {counted['reported']} reported only"
    )
    lines += [f"{summary}; {facts.answer.files} files, {facts.answer.resources} resources.", ""]
    if facts.answer.partial:
        lines += [f"{_text(facts.answer.partial[:1].upper() + facts.answer.partial[1:])}.", ""]
    left = _MOST
    for model, found in facts.by_model():
        rows = [_row(facts, one) for one in found[: max(left, 0)]]
        left -= len(found)
        if rows:
            lines += [f"### {_text(model) if model else 'Of no model'}", ""]
            lines += [
                "| level | rule | where | what | how to mend | id |",
                "|---|---|---|---|---|---|",
                *rows,
                "",
            ]
    if left < 0:
        lines += [f"{-left} more are in the other formats.", ""]
    return "\n".join(lines)


def _row(facts: Facts, one: Detection) -> str:
    kind = state(facts, one)
    level = one.level.word if kind == "blocks" else f"{one.level.word}, {kind}"
    where = f"{one.location.path}:{one.location.line}"
    place = f"{_code(where)} {_text(one.resource)}".rstrip()
    cells = (level, _code(label(one)), place, _text(one.message), _text(one.hint), _code(one.fingerprint))
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """Text that Markdown shows as it is: no link, no mention, no cell of its own."""
    plain = _SPECIAL.sub(r"\\\1", visible(clip(text, 400)))
    # GitHub looks for mentions in what Markdown made, where no backslash is left.
    return plain.replace("\\@", "@&#8203;")


def _code(text: str) -> str:
    """The same as code; inside of backticks no backslash helps against a bar or a backtick."""
    if _PLAIN.fullmatch(text):
        return f"`{text}`"
    return f"<code>{_text(text)}</code>"

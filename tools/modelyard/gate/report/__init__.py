"""The gate's answer in the format that was asked for. Reporters decide nothing: they sort and show."""

from __future__ import annotations

from modelyard.gate.report.facts import Facts
from modelyard.gate.run import Answer


def report(answer: Answer, fmt: str, *, command: str, colour: bool, width: int) -> str:
    """The whole report, its last line ended by a line break. No value of a secret is in any of them.

    ``command`` is how the tools are called here: ``tools/`` or ``modelyard ``.
    """
    facts = Facts.of(answer, command)
    if fmt == "text":
        from modelyard.gate.report import text_format

        return text_format.render(facts, colour, width)
    if fmt == "json":
        from modelyard.gate.report import json_format

        return json_format.render(facts)
    if fmt == "sarif":
        from modelyard.gate.report import sarif_format

        return sarif_format.render(facts)
    if fmt == "github":
        from modelyard.gate.report import github_format

        return github_format.render(facts)
    if fmt == "junit":
        from modelyard.gate.report import junit_format

        return junit_format.render(facts)
    from modelyard.gate.report import markdown_format

    return markdown_format.render(facts)

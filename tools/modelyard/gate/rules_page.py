"""docs/rules.md, made of the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable

from modelyard.detections import RuleInfo

_HEAD = """# Rules of the gate

Generated from the rules by `tools/schema`; do not edit. `tools/rules` lists them, `tools/rules RULE` explains
one, [scan.md](scan.md) tells how the gate runs. Scanners bring rules of their own, under their own ids.

What blocks is said by `blocks` in [policy/gate.yaml](../policy/gate.yaml).

| level | means |
|---|---|
| critical | a credential or the host is exposed, or nobody knows what was scanned |
| high | a layer is missing that an attacker needs gone, or nobody knows what runs |
| medium | a defence is weaker than it could be |
| low | hygiene |
"""


def page(rules: Iterable[RuleInfo]) -> str:
    """The page: a table of all rules, then each with why it matters and what mends it."""
    known = list(rules)
    lines = [_HEAD, "| rule | level | finds |", "|---|---|---|"]
    lines += [f"| [{rule.id}](#{rule.id}) | {rule.level.word} | {_cell(rule.summary)} |" for rule in known]
    for rule in known:
        lines += ["", f"## {rule.id}", "", f"**{rule.level.word}**: {_sentence(rule.summary)}"]
        lines += [f"\n{_text(rule.why)}", f"\nTo mend it: {_text(rule.fix)}"]
        if rule.url:
            lines += [f"\nSource: <{rule.url}>"]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return _sentence(text).replace("|", "\\|")


def _sentence(text: str) -> str:
    """Built-in rules say what is wrong as a part of a sentence, others as a whole one."""
    return _text(f"{text[:1].upper()}{text[1:].removesuffix('.')}.")


def _text(text: str) -> str:
    """Text in which Markdown sees no HTML and no emphasis. What stands between backticks stays as it is."""
    parts = text.split("`")
    parts[::2] = [part.replace("<", "&lt;").replace("*", "\\*") for part in parts[::2]]
    return "`".join(parts)

"""List the rules of the gate, or explain one: what it finds, why that matters, what mends it.

Rules of scanners are listed by the scanners themselves; their findings say what they are."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelyard.cli import common
from modelyard.errors import UsageError

if TYPE_CHECKING:
    from modelyard.detections import RuleInfo

EXAMPLES = """examples:
  tools/rules                        all rules, one a line
  tools/rules root-user              why it matters, and what mends it
  tools/rules --format json          for programs
  tools/rules --format markdown      the page docs/rules.md
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/rules`."""
    parser.add_argument("rules", nargs="*", metavar="RULE", help="rules by id (default: list all)")
    parser.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="how (default: text)"
    )


def run(arguments: argparse.Namespace) -> int:
    """0; an unknown rule is a mistake in the command."""
    from modelyard.gate.rule_infos import known_rules

    known = {rule.id: rule for rule in known_rules()}
    for name in arguments.rules:
        if name not in known:
            raise UsageError(f'there is no rule "{name}": {common.suggestion(name, known)}')
    chosen = [known[name] for name in arguments.rules] or list(known.values())
    if arguments.format == "json":
        print(_json(chosen))
    elif arguments.format == "markdown":
        from modelyard.gate.rules_page import page

        print(page(chosen), end="")
    else:
        lines = _explained(chosen) if arguments.rules else _listed(chosen)
        print("\n".join(lines))
    return 0


def _listed(rules: list[RuleInfo]) -> Iterator[str]:
    longest = max(len(rule.id) for rule in rules)
    for rule in rules:
        yield f"{rule.level.word:<8}  {rule.id:<{longest}}  {rule.summary}"


def _explained(rules: list[RuleInfo]) -> Iterator[str]:
    from textwrap import fill

    for number, rule in enumerate(rules):
        if number:
            yield ""
        yield f"{rule.id} ({rule.level.word}): {rule.summary}"
        for name, text in (("why", rule.why), ("fix", rule.fix), ("see", rule.url)):
            if text:
                yield fill(text, common.width(), initial_indent=f"  {name}: ", subsequent_indent=" " * 7)


def _json(rules: list[RuleInfo]) -> str:
    import json

    rows = [
        {
            "id": rule.id,
            "level": rule.level.word,
            "summary": rule.summary,
            "why": rule.why,
            "fix": rule.fix,
            "url": rule.url,
        }
        for rule in rules
    ]
    return json.dumps({"version": 1, "rules": rows}, indent=2)

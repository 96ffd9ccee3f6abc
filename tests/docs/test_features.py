"""The table of features in docs/write-a-model.md is the one that the targets' own ``honours`` make."""

from __future__ import annotations

import os
import re

from modelyard.resolve.workload import Feature
from modelyard.targets.registry import discover
from tests.docs.session import ROOT

PAGE = ROOT / "docs" / "write-a-model.md"
TABLE = re.compile(r"(?<=<!-- features -->\n).*?(?=<!-- /features -->)", re.DOTALL)


def table() -> str:
    targets = discover().deployed
    lines = [f"| a manifest that asks for | {' | '.join(targets)} |", "|---|" + "---|" * len(targets)]
    for feature in Feature:
        marks = ["yes" if feature in target.honours else "**no**" for target in targets.values()]
        lines.append(f"| {feature.value} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def test_the_table_says_what_the_targets_honour() -> None:
    page = PAGE.read_text()
    if os.environ.get("UPDATE_DOCS"):
        page = TABLE.sub(lambda _: table(), page)
        PAGE.write_text(page)
    assert TABLE.findall(page) == [table()]

"""docs/rules.md is what the rules say of themselves, and `tools/schema` keeps it so."""

from __future__ import annotations

import re
from pathlib import Path

from modelyard.detections import Level, RuleInfo
from modelyard.gate.rule_infos import known_rules
from modelyard.gate.rules_page import page
from tests.docs.markdown import anchors
from tests.docs.session import ROOT, checkout, run

PAGE = ROOT / "docs" / "rules.md"


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text() == page(known_rules()), "run tools/schema and commit what it writes"


def test_every_rule_is_there_once_and_has_an_anchor_of_its_own() -> None:
    ids = [rule.id for rule in known_rules()]
    assert len(ids) == len(set(ids))
    assert set(ids) <= anchors(PAGE.read_text())


def test_every_source_is_an_address() -> None:
    addresses = [rule.url for rule in known_rules() if rule.url]
    assert addresses
    assert [one for one in addresses if not re.fullmatch(r"https://[^\s<>()]+", one)] == []


def test_text_is_shown_as_it_was_written() -> None:
    rule = RuleInfo("a-rule", "modelyard", Level.LOW, "a | b", "why * and `*`", "name <it>, or `<it>`")
    text = page([rule])
    assert "| [a-rule](#a-rule) | low | A \\| b. |" in text
    assert "why \\* and `*`" in text
    assert "To mend it: name &lt;it>, or `<it>`" in text


def test_a_stale_page_is_seen_and_mended(tmp_path: Path) -> None:
    root = checkout(tmp_path / "modelyard")
    with (root / "docs" / "rules.md").open("a") as file:
        file.write("more\n")
    assert run(root, "./tools/schema --check; echo $?") == [
        "stale    docs/rules.md",
        "to mend it, run: tools/schema",
        "1",
    ]
    assert run(root, "./tools/schema") == ["wrote    docs/rules.md"]
    assert (root / "docs" / "rules.md").read_bytes() == PAGE.read_bytes()

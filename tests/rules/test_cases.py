"""Each rule against its corpus: `tests/cases/rules/<rule>/{bad,good}/<case>`, a file or a small tree.

A bad case marks every line at fault with `# expect` at its end, where the format has comments, and the rule
must find exactly those; otherwise it must find something. Of a good case it must find nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from modelyard.rules.registry import discover
from tests.support.judging import CASES, files_of, judge, marked

FEWEST = 3  # cases of each sort for each rule


def cases(sort: str) -> list[Path]:
    return sorted(path for path in CASES.glob(f"*/{sort}/*") if path.parent.parent.name != "common")


def name(case: Path) -> str:
    return case.relative_to(CASES).as_posix()


@pytest.mark.parametrize("rule", sorted(discover()))
def test_every_rule_has_enough_cases(rule: str) -> None:
    for sort in ("bad", "good"):
        there = list((CASES / rule / sort).glob("*"))
        assert len(there) >= FEWEST, f"{rule} has {len(there)} {sort} cases"


def test_every_folder_of_cases_is_of_a_rule() -> None:
    folders = {path.name for path in CASES.iterdir() if path.is_dir()}
    assert folders - discover().keys() == {"common"}


@pytest.mark.parametrize("case", cases("bad"), ids=name)
def test_finds_what_is_wrong(case: Path) -> None:
    rule = case.parent.parent.name
    files = files_of(case)
    found = list(judge(files, rule))
    assert found, f"{rule} finds nothing"
    assert all(one.message and one.hint for one in found)
    expected = marked(files)
    if expected:
        assert {(one.location.path, one.location.line) for one in found} == expected


@pytest.mark.parametrize("case", cases("good"), ids=name)
def test_says_nothing_of_what_is_right(case: Path) -> None:
    rule = case.parent.parent.name
    found = list(judge(files_of(case), rule))
    assert [(one.location, one.message) for one in found] == []


@pytest.mark.parametrize("rule", sorted(discover()))
def test_a_rule_explains_itself(rule: str) -> None:
    said = discover()[rule]
    assert said.id == rule
    assert "\n" not in said.summary
    for text in (said.summary, said.why, said.fix):
        assert 10 < len(text) < 600, text

"""`tools/rules`: every rule that the gate can speak by is listed and explained."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from modelyard.gate.rule_infos import known_rules
from modelyard.rules.registry import module_names
from tests.cli.command import good, run

ROOT = Path(__file__).resolve().parents[2]


def test_all_are_listed_once_each_with_its_level(tmp_path: Path) -> None:
    lines = good(tmp_path, "rules").out.splitlines()
    listed = [line.split()[1] for line in lines]
    assert listed == sorted(set(listed))
    assert {name.rpartition(".")[2].replace("_", "-") for name in module_names()} <= set(listed)
    assert {line.split()[0] for line in lines} <= {"low", "medium", "high", "critical"}


def test_every_rule_says_what_why_and_how() -> None:
    for rule in known_rules():
        assert "" not in (rule.summary, rule.why, rule.fix), rule.id
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
        assert not rule.url or re.fullmatch(r"https://[^\s<>\"]+", rule.url), rule.id


def test_every_name_of_the_gates_own_modules_is_known() -> None:
    """What the gate's own code and the secrets' says by name is explained too."""
    known = {rule.id for rule in known_rules()}
    said: set[str] = set()
    for folder in ("gate", "secrets", "images"):
        for path in (ROOT / "tools" / "modelyard" / folder).rglob("*.py"):
            for match in re.finditer(
                r'(?:_problem|Finding|Detection)\(\s*"([a-z]+(?:-[a-z]+)+)"', path.read_text()
            ):
                said.add(match[1])
    assert said - known == set()
    assert len(said) > 10


def test_one_is_explained(tmp_path: Path) -> None:
    out = good(tmp_path, "rules", "root-user", "rendered-file-drift").out
    assert out.startswith("root-user (")
    assert "\n\nrendered-file-drift (high)" in out
    assert out.count("why:") == out.count("fix:") == 2


def test_an_unknown_one_is_a_mistake(tmp_path: Path) -> None:
    outcome = run(tmp_path, "rules", "rot-user")
    assert (outcome.code, outcome.out) == (2, "")
    assert 'did you mean "root-user"' in outcome.err


def test_json_has_them_all(tmp_path: Path) -> None:
    document = json.loads(good(tmp_path, "rules", "--format", "json").out)
    assert document["version"] == 1
    assert [row["id"] for row in document["rules"]] == [rule.id for rule in known_rules()]
    assert all(set(row) == {"id", "level", "summary", "why", "fix", "url"} for row in document["rules"])


@pytest.mark.parametrize("hostile", ["\x1b[31m", "../../x", "", "-"])
def test_names_of_anything_are_no_rules(tmp_path: Path, hostile: str) -> None:
    outcome = run(tmp_path, "rules", "--", hostile)
    assert outcome.code == 2
    assert "\x1b" not in outcome.err

"""The tables of IAM actions against those that cfn-lint ships, which are AWS's own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint
import pytest

from modelyard.rules.iam._actions import pattern
from modelyard.rules.iam.privilege_escalation import ANYWHERE, EVERYWHERE
from modelyard.rules.iam.wildcard_resource import NO_RESOURCE


@cache
def services() -> dict[str, Any]:
    path = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("text", NO_RESOURCE)
def test_what_may_be_written_on_everything_takes_no_resource(text: str) -> None:
    service, _, name = text.partition(":")
    actions = services()[service]["Actions"]
    matched = {known for known in actions if pattern(name).fullmatch(known)}
    assert matched
    assert {known for known in matched if actions[known].get("Resources")} == set()


@pytest.mark.parametrize("action", [*ANYWHERE, *EVERYWHERE])
def test_what_widens_rights_exists(action: str) -> None:
    service, _, name = action.partition(":")
    assert name.lower() in services()[service]["Actions"]

"""Cases of what is wrong and of what only looks so: `tests/cases/semantic/<rule>/{bad,good}-*/`.

Each case is laid over `tests/golden/common` and rendered. A bad one must give exactly the findings of its
`expect.txt` (lines `path:line:column rule`), a good one none at all. `UPDATE_GOLDEN=1` writes expect.txt.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.repo import COMMON, TESTS, case_folders, lay, render, said

CASES = TESTS / "cases" / "semantic"


@pytest.mark.parametrize("case", case_folders(CASES), ids=lambda case: case.relative_to(CASES).as_posix())
def test_finds_what_is_wrong_and_nothing_else(case: Path, tmp_path: Path) -> None:
    result = render(lay(tmp_path / "repo", COMMON, case / "input"))
    found = said(result.all_findings)
    if case.name.startswith("good"):
        assert found == []
        assert any(model.files for model in result.models)
        return
    expect = case / "expect.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        expect.write_text("".join(f"{line}\n" for line in found))
    assert found == expect.read_text().splitlines()
    assert found, "a bad case without a finding"
    assert all(item.message and item.hint for item in result.all_findings), "a finding says how to mend it"

"""Golden outputs: every folder `<target>/<case>` with an `input` is rendered and compared, byte for byte.

`UPDATE_GOLDEN=1 tools/test tests/golden` writes what is rendered now; read the diff before you commit it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.repo import COMMON, case_folders, lay, render, tree

HERE = Path(__file__).parent
CASES = [case for case in case_folders(HERE) if case.parent != HERE]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(HERE).as_posix())
def test_renders_as_expected(case: Path, tmp_path: Path) -> None:
    target = case.relative_to(HERE).parts[0]
    result = render(lay(tmp_path / "repo", COMMON, case / "input"))
    assert not result.all_findings, "\n".join(str(finding) for finding in result.all_findings)
    rendered = {path: content for path, content in tree(tmp_path / "repo") if _is_of(target, path)}
    assert rendered, f"nothing is rendered for {target}: is it named in the manifest?"
    expected = case / "expected"
    if os.environ.get("UPDATE_GOLDEN"):
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in rendered.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(content)
    known = {
        path.relative_to(expected).as_posix(): path.read_bytes()
        for path in expected.rglob("*")
        if path.is_file()
    }
    assert sorted(rendered) == sorted(known)
    for path, content in rendered.items():
        assert content.decode() == known[path].decode(), path


def _is_of(target: str, path: str) -> bool:
    if target == "dockerfile":
        return path.startswith("Dockerfiles/")
    return f"/{target}/" in path

"""Every file under tests/cases/source: dropping one in adds a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.source.parsers import marks, path, read_both

cases = Path(__file__).parent.parent / "cases" / "source"
bad = sorted((cases / "bad").glob("*.yaml"))
good = sorted((cases / "good").glob("*.yaml"))


def test_cases_are_found() -> None:
    assert len(bad) >= 30
    assert len(good) >= 10


@pytest.mark.parametrize("case", bad, ids=lambda case: case.stem)
def test_bad(case: Path) -> None:
    reading = read_both(case.read_bytes())
    assert marks(reading) == case.with_suffix(".expect").read_text(encoding="utf-8").splitlines()
    assert reading.root is None
    for finding in reading.findings:
        assert finding.location.path == path
        assert finding.location.length >= 1
        assert finding.message.isprintable()
        assert finding.hint.isprintable()
        assert finding.hint


@pytest.mark.parametrize("case", good, ids=lambda case: case.stem)
def test_good(case: Path) -> None:
    reading = read_both(case.read_bytes())
    assert reading.findings == ()
    assert reading.root is not None
    # As text, because 1 == True == 1.0 in Python.
    expected = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))
    assert json.dumps(reading.root.plain()) == json.dumps(expected)

"""Fixtures of the scanners' tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scanners.fakes import Bench


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A repository and a folder first on PATH for the fake scanner."""
    made = Bench(tmp_path)
    monkeypatch.setenv("PATH", f"{made.bin}{os.pathsep}{os.environ['PATH']}")
    return made

"""The smallest real example without a container: packages of the package index, weights just trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import start
from tests.examples.harness import IRIS, train
from tests.support.repo import ROOT


@pytest.mark.slow
def test_iris_as_a_process(tmp_path: Path) -> None:
    train(IRIS, tmp_path / "weights")
    words = ("--process", "--weights", str(tmp_path / "weights"), "--requests", "20", "--load", "0.5")
    process = start(ROOT, "run", "iris-classifier", *words)
    out, err = process.communicate(timeout=300)  # the first time, its packages are installed
    assert process.returncode == 0, err
    assert "iris-classifier in local, by processes" in out
    assert "200, and as models/iris-classifier/sample/response.schema.json says" in out
    assert "stopped  with exit code 0 after SIGTERM" in out

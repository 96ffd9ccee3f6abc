"""A model of handlers only, without a container: in Modelyard's own server, imported from the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelyard.running.processes import _there
from tests.cli.command import start
from tests.examples.harness import ROUTER, train
from tests.support.repo import ROOT


@pytest.mark.slow
def test_the_router_as_a_process(tmp_path: Path) -> None:
    train(ROUTER, tmp_path / "weights")
    words = ("--process", "--weights", str(tmp_path / "weights"), "--requests", "20", "--load", "0.5")
    process = start(ROOT, "run", "ticket-router", *words)
    out, err = process.communicate(timeout=300)  # the first time, its packages are installed
    assert process.returncode == 0, err
    assert "200, and as models/ticket-router/sample/response.schema.json says" in out
    assert "stopped  with exit code 0 after SIGTERM" in out


def test_paths_within_json_lead_to_where_the_files_are() -> None:
    place, known = Path("/here"), frozenset({"/opt/ml/model/a.json"})
    said = '[{"path":"/opt/ml/model/a.json","sha256":"ab"},{"path":"/etc/other"}]'
    there = '[{"path":"/here/opt/ml/model/a.json","sha256":"ab"},{"path":"/etc/other"}]'
    assert _there(said, place, known) == there
    assert _there("[no path]", place, known) == "[no path]"

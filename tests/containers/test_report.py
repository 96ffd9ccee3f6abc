"""`tools/run --all --report`: every example in one table, but those that no machine without a GPU can run.

``UPDATE_REPORT=1 tools/test tests/containers/test_report.py`` builds anew, measures longer, and writes
docs/run-report.md: for a quiet machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import environ
from tests.support.containers.engine import Engine
from tests.support.containers.repository import ROOT, Repository

pytestmark = pytest.mark.containers
SERVICES = (
    "churn-onnx",
    "fraud-scorer",
    "iris-classifier",
    "menu-recommender",
    "shelf-vision",
    "ticket-router",
)
JOB = "feature-builder"
BRIEF = ("--requests", "20", "--load", "0.5")
UPDATE = bool(os.environ.get("UPDATE_REPORT"))
# What fraud-scorer refers to; a run without a database says so by an empty name of its host.
VARIABLES = "DB_PASSWORD=of-this-test\nAPI_TOKEN=of-this-test\nDB_HOST=\n"


@pytest.fixture(scope="module")
def trained(rendered: Repository, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A copy of the examples whose weights are made, as the message of a run without them says."""
    root = tmp_path_factory.mktemp("trained") / "examples"
    shutil.copytree(rendered.root, root, symlinks=True)
    scripts = [*root.glob("models/*/train.py"), *root.glob("models/*/*/train.py")]
    assert len(scripts) >= len(SERVICES)
    for script in scripts:
        model = root / "models" / script.relative_to(root / "models").parts[0]
        command = [sys.executable, str(script), "--out", str(model / ".weights")]
        subprocess.run(command, check=True, capture_output=True)
    (root / "run.env").write_text(VARIABLES)
    return Repository(root)


@pytest.fixture
def prepared(request: pytest.FixtureRequest) -> None:
    """Built ahead with the other tests' images: running them then takes its time alone."""
    if not UPDATE:
        built = request.getfixturevalue("built")
        for image in (*SERVICES, JOB):
            assert built(f"{image}/stats" if image == "shelf-vision" else image)


@pytest.mark.needs(*(() if UPDATE else (*SERVICES, JOB)))
@pytest.mark.usefixtures("prepared")
def test_every_model_in_one_table(containers: Engine, trained: Repository) -> None:
    report = ROOT / "docs/run-report.md" if UPDATE else trained.root / "report.md"
    words = ["--all", "--report", str(report), "--engine", "podman", "--env-file", "run.env"]
    words += () if UPDATE else BRIEF
    done = subprocess.run(
        [sys.executable, "-m", "modelyard", "run", *words],
        cwd=trained.root,
        env=environ(**containers.for_builds),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    text = report.read_text()
    rows = {row[0]: row[1:] for row in cells(text)}
    assert set(rows) == {*SERVICES, JOB}
    for model in SERVICES:
        image, _, healthy, p50, p99, rate, memory = rows[model]
        assert re.search(r"^\d+\.\d MiB", image)
        assert healthy.endswith(" s")
        assert milliseconds(p50) <= milliseconds(p99)
        assert int(rate) > 0
        assert memory.endswith(" MiB")
    assert re.search(r"^- support-llm: .*GPU", text, re.MULTILINE)
    assert re.search(r"^- vendor-embeddings: ", text, re.MULTILINE)
    assert not any(containers.left().values())


def cells(text: str) -> list[list[str]]:
    """The rows of the table below its head."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def milliseconds(text: str) -> float:
    return float(text.removesuffix(" ms"))


def test_the_table_that_is_committed_has_every_model() -> None:
    text = (ROOT / "docs/run-report.md").read_text()
    models = {path.parent.name for path in Path(ROOT / "models").glob("*/model.yaml")}
    assert {row[0] for row in cells(text)} | set(re.findall(r"^- ([a-z-]+): ", text, re.MULTILINE)) >= models

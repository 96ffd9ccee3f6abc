"""Training gives the bytes whose checksums the manifests name, on any processor."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.conftest import Weights
from tests.examples.harness import MODELS, SERVERS, Example, checksums, train

MAX_COMMITTED_BYTES = 50_000


@pytest.mark.parametrize("example", SERVERS, ids=lambda example: example.folder)
def test_training_gives_the_recorded_checksums(example: Example, weights: Weights) -> None:
    assert checksums(weights(example)) == (example.path / "weights.sha256").read_text()


def test_training_again_in_another_folder_gives_the_same_bytes(weights: Weights, tmp_path: Path) -> None:
    example = next(item for item in SERVERS if item.folder == "churn-onnx")
    printed = train(example, tmp_path / "deeper" / "again")
    assert checksums(tmp_path / "deeper" / "again") == checksums(weights(example)) == printed


def test_no_weights_and_nothing_that_runs_code_when_loaded_is_committed() -> None:
    unsafe = {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".npy", ".h5"}
    weights = {".onnx", ".ubj", ".safetensors"}
    found = [path for path in MODELS.rglob("*") if path.suffix in unsafe | weights]
    assert found == []


def test_every_committed_file_is_small() -> None:
    large = [
        path for path in MODELS.rglob("*") if path.is_file() and path.stat().st_size > MAX_COMMITTED_BYTES
    ]
    assert [path for path in large if path.name != "requirements.lock"] == []

"""Weights are trained once per test run: the scripts are deterministic, and nothing writes to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples.harness import Example, train

Weights = Callable[[Example], Path]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Weights:
    """Gives the folder of an example's trained weights."""
    made: dict[str, Path] = {}

    def get(example: Example) -> Path:
        if example.folder not in made:
            made[example.folder] = tmp_path_factory.mktemp("weights")
            train(example, made[example.folder])
        return made[example.folder]

    return get

"""Fixtures of the bootstrap's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bootstrap.checkout import Checkout, make_checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh clone: launchers and a lock, no environment."""
    return make_checkout(tmp_path)

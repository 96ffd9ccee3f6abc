"""The schemas are written with the writer's own care."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelyard.errors import UsageError
from modelyard.schema import stale, write
from modelyard.targets.registry import discover
from modelyard.write import WriteError

PLUGINS = discover().plugins


def test_what_is_written_is_not_stale(tmp_path: Path) -> None:
    changed = write(tmp_path, PLUGINS)
    assert "schemas/model.schema.json" in changed
    assert stale(tmp_path, PLUGINS) == []
    assert write(tmp_path, PLUGINS) == []


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / "schemas").symlink_to(elsewhere)
    with pytest.raises((UsageError, WriteError)):
        write(root, PLUGINS)
    assert list(elsewhere.iterdir()) == []

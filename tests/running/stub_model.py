"""Repositories with the models ``stub``, as broken as a test needs it, and ``pair``, two of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.support.repo import COMMON, lay

STUB, PAIR = Path(__file__).with_name("stub"), Path(__file__).with_name("pair")
TOKEN = "hunter2-token"


def repository(root: Path, mode: str = "good", changes: Mapping[str, str] | None = None) -> Path:
    """The common environments and the stub in this mode; ``changes`` replace words of its manifest."""
    lay(root, COMMON, STUB)
    rewrite(root / "models/stub/model.yaml", {"MODE: good": f"MODE: {mode}", **(changes or {})})
    return root


def pair(root: Path, base: str) -> Path:
    """Adds the pair, with the stub's server, on this entry of the catalogue."""
    lay(root, PAIR)
    for name in ("src", "sample"):
        lay(root / "models/pair" / name, STUB / "models/stub" / name)
    rewrite(root / "models/pair/model.yaml", {"python-3.12-slim": base})
    return root


def rewrite(path: Path, changes: Mapping[str, str]) -> None:
    """Replaces words that must be there."""
    text = path.read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)

"""Files that people own from then on: written once, or replaced as a whole, with the writer's own care."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelyard.errors import UsageError
from modelyard.write.apply import apply
from modelyard.write.change import Action, Change, Plan
from modelyard.write.errors import Obstacle
from modelyard.write.lock import write_lock
from modelyard.write.tree import Tree


def create_files(root: Path, files: Mapping[str, bytes], *, replace: bool = False) -> None:
    """Writes the files by repo-relative path, each atomically. Raises UsageError for one that is there
    already, unless ``replace``, before any is written; and WriteError where the disk refuses."""
    with write_lock(root), Tree(root) as tree:
        changes = tuple(_change(tree, path, content, replace) for path, content in sorted(files.items()))
        apply(tree, Plan(changes, ()))


def _change(tree: Tree, path: str, content: bytes, replace: bool) -> Change:
    try:
        before = tree.read(path)
    except FileNotFoundError:
        return Change(path, Action.CREATE, None, content)
    except Obstacle as obstacle:
        raise UsageError(f"{obstacle}: move it away") from obstacle
    if not replace:
        raise UsageError(f"{path} is there already")
    return Change(path, Action.SAME if before == content else Action.UPDATE, before, content)

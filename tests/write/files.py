"""Small helpers of these tests: sealed content, trees as dicts, and a whole run."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from modelyard.emit import SEAL, seal
from modelyard.write import Plan, Tree, apply, plan

OUT = "environments/dev/rendered"


def sealed(text: str) -> bytes:
    """A generated file, as the render stage would give it."""
    return seal(f"# {SEAL}\n{text}\n".encode())


def put(root: Path, files: Mapping[str, bytes]) -> None:
    """Writes files without any of the code under test."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def snapshot(root: Path) -> dict[str, bytes]:
    """Every entry of a tree: the bytes of files, a word for anything else; folders end with ``/``."""
    found: dict[str, bytes] = {}
    for folder, directories, files in os.walk(root):
        prefix = os.path.relpath(folder, root)
        for name in [*directories, *files]:
            path = name if prefix == "." else f"{prefix}/{name}"
            mode = os.lstat(os.path.join(folder, name)).st_mode
            if stat.S_ISREG(mode):
                found[path] = (root / path).read_bytes()
            elif stat.S_ISDIR(mode):
                found[f"{path}/"] = b""
            else:
                found[path] = b"(symlink)" if stat.S_ISLNK(mode) else b"(special)"
    return found


def files_of(root: Path) -> dict[str, bytes]:
    """Like ``snapshot``, without the folders and the tools' cache."""
    entries = snapshot(root).items()
    return {path: data for path, data in entries if not path.endswith("/") and not path.startswith(".cache/")}


def planned(root: Path, wanted: Mapping[str, bytes], owned: Sequence[str] = (OUT,)) -> Plan:
    """The plan alone."""
    with Tree(root) as tree:
        return plan(tree, wanted, owned)


def rendered(root: Path, wanted: Mapping[str, bytes], owned: Sequence[str] = (OUT,)) -> Plan:
    """Plans and applies, and gives the plan."""
    with Tree(root) as tree:
        made = plan(tree, wanted, owned)
        apply(tree, made)
    return made


def rules(made: Plan) -> list[tuple[str, str]]:
    """(rule, path) of each finding."""
    return [(finding.rule, finding.location.path) for finding in made.findings]


def actions(made: Plan) -> dict[str, str]:
    """The action for each path."""
    return {change.path: change.action.value for change in made.changes}

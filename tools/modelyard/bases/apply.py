"""Carrying a bump out: the catalogue written, and everything that is rendered from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from modelyard.bases.bump import Bump
from modelyard.findings import Finding, Severity
from modelyard.load.layout import CATALOGUE, DOCKERFILES
from modelyard.write import Action, Change, Obstacle, Plan, Tree, apply, scan, write_lock


def catalogue_change(before: bytes, after: bytes) -> Change:
    """The change of the one file that a bump edits."""
    return Change(CATALOGUE, Action.SAME if before == after else Action.UPDATE, before, after)


def write_catalogue(root: Path, change: Change) -> None:
    """Replaces the catalogue as a whole, if it still is what was read. Raises WriteError."""
    with write_lock(root), Tree(root) as tree:
        apply(tree, Plan((change,), ()))


def dockerfiles(root: Path, bumps: Sequence[Bump]) -> dict[str, tuple[str, ...]]:
    """By key, the generated Dockerfiles that name its recorded digest. Raises Obstacle."""
    found: dict[str, list[str]] = {bump.entry.key: [] for bump in bumps}
    with Tree(root) as tree:
        for item in scan(tree, [DOCKERFILES]):
            if isinstance(item, Obstacle):
                raise item
            for name in item.files:
                path = f"{item.path}/{name}"
                if path == CATALOGUE or "Dockerfile" not in name:
                    continue
                content = tree.read(path)
                for bump in bumps:
                    if bump.entry.image.digest.encode() in content:
                        found[bump.entry.key].append(path)
    return {key: tuple(sorted(paths)) for key, paths in found.items()}


def render(root: Path, say: Callable[[str], None]) -> tuple[Mapping[str, int], list[Finding]]:
    """Renders every model; gives how many files changed by model, and what is wrong with any."""
    from modelyard.pipeline.render import Request, run
    from modelyard.pipeline.workers import available_cores

    result = run(Request(root=root, workers=available_cores()), lambda done, total: None, say)
    changed = {model.name: len(model.changes) for model in result.models if model.changes}
    errors = [one for one in result.all_findings if one.severity is Severity.ERROR]
    return changed, errors

"""Secrets in the commits of a pull request, those that a later commit took out again included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from modelyard.detections import Detection
from modelyard.gate.history import Version, contents, versions
from modelyard.gate.look import unreadable
from modelyard.secrets.files import detections_of_file
from modelyard.subjects.kinds import place_of_path
from modelyard.write.errors import Obstacle
from modelyard.write.tree import Tree


def look_through_commits(root: Path, base: str) -> list[Detection]:
    """Every secret in a version of a file that a commit since ``base`` brought and the tree does not hold."""
    past = versions(root, base)
    by_blob: dict[str, list[Version]] = {}
    for version in past:
        by_blob.setdefault(version.blob, []).append(version)
    found: list[Detection] = []
    with Tree(root) as tree:
        for blob, data in contents(root, list(by_blob)):
            for version in by_blob[blob]:
                found += _of_version(tree, version, data)
    return found


def _of_version(tree: Tree, version: Version, data: bytes | None) -> Iterator[Detection]:
    if data is None:
        yield unreadable(version.path, f"it is too large in commit {version.commit[:12]}", "take it out")
        return
    if data == _now(tree, version.path):
        return  # looked at as a file already
    for one in detections_of_file(version.path, data):
        yield replace(
            one,
            message=f"{one.message} (in commit {version.commit[:12]})",
            hint=f"revoke it: it is published with the commit, even if a later one takes it out. {one.hint}",
            resource=f"commit {version.commit[:12]}",
            model=place_of_path(version.path).model,
        )


def _now(tree: Tree, path: str) -> bytes | None:
    try:
        return tree.read(path)
    except (FileNotFoundError, Obstacle):
        return None

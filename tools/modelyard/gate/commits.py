"""Secrets in the commits of a pull request, those that a later commit took out again included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from modelyard.detections import Detection
from modelyard.errors import UsageError
from modelyard.findings import Location
from modelyard.gate.history import Version, contents, versions
from modelyard.gate.look import unreadable
from modelyard.scanners.api import Input
from modelyard.scanners.run import ScanReport, run_scanners
from modelyard.secrets.files import detections_of_file
from modelyard.subjects.kinds import place_of_path
from modelyard.write.errors import Obstacle
from modelyard.write.tree import Tree

SCANNER = "gitleaks"  # the one that looks for secrets in files of any kind
_MOST = 512 * 1024 * 1024  # bytes of all versions together


@dataclass(frozen=True)
class Past:
    """What commits brought and the tree does not hold: versions with their bytes, and those too large."""

    read: tuple[tuple[Version, bytes], ...]
    too_large: tuple[Version, ...]


def past_of(root: Path, base: str) -> Past:
    """The versions that commits since ``base`` brought. Raises UsageError where Git cannot tell."""
    by_blob: dict[str, list[Version]] = {}
    for version in versions(root, base):
        by_blob.setdefault(version.blob, []).append(version)
    read: list[tuple[Version, bytes]] = []
    too_large: list[Version] = []
    total = 0
    with Tree(root) as tree:
        for blob, data in contents(root, list(by_blob)):
            for version in by_blob[blob]:
                if data is None:
                    too_large.append(version)
                elif data != _now(tree, version.path):  # what is there now is looked at as a file
                    read.append((version, data))
                    total += len(data)
            if total > _MOST:
                raise UsageError(
                    f"the commits since {base} hold more than {_MOST >> 20} MiB: name a later one"
                )
    return Past(tuple(read), tuple(too_large))


def look_through(past: Past) -> Iterator[Detection]:
    """What our own engine finds in them."""
    for version in past.too_large:
        yield unreadable(version.path, f"it is too large in commit {version.commit[:12]}", "take it out")
    for version, data in past.read:
        for one in detections_of_file(version.path, data):
            yield _of_commit(one, version)


def scan(past: Past, root: Path) -> ScanReport:
    """What gitleaks finds in them; nothing is remembered, since nobody asks for the same commits twice."""
    by_name = {f"{version.commit}/{version.path}": version for version, _ in past.read}
    inputs = [Input.of(f"{version.commit}/{version.path}", (), (), data) for version, data in past.read]
    report = run_scanners(inputs, root=root, names=[SCANNER], use_cache=False)
    found = tuple(
        _of_commit(one, by_name[one.location.path]) if one.location.path in by_name else one
        for one in report.detections
    )
    return replace(report, detections=found)


def _of_commit(one: Detection, version: Version) -> Detection:
    at = one.location
    return replace(
        one,
        location=Location(version.path, at.line, at.column, at.length),
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

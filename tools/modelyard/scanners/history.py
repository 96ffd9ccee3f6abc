"""Secrets in the commits of a pull request, and not only in the files that it ends with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from modelyard.detections import Detection
from modelyard.findings import Location
from modelyard.scanners.api import Input, Scanner, Tool, Unusable
from modelyard.scanners.blobs import Blob, commit_of, new_blobs
from modelyard.scanners.coverage import failure
from modelyard.scanners.find import Program
from modelyard.scanners.registry import scanners as all_scanners
from modelyard.scanners.run import ScanReport, quiet, run_scanners

SCANNER = "gitleaks"
_MARKED = re.compile(r"^([0-9a-f]{40,64})/(.*)$", re.DOTALL)


def scan_history(
    root: Path,
    base: str | None,
    head: str,
    *,
    report_progress: Callable[[str], None] = quiet,
    known: Mapping[str, Scanner] | None = None,
    find: Callable[[Tool], Program] | None = None,
) -> ScanReport:
    """Looks for secrets in every file content that the commits of ``base..head`` brought.

    A detection has the path that the file had, line and column of that version, and the first commit that
    brought it in its message. Its fingerprint is that of the same secret in the same file of the tree, so
    that one waiver covers both. ``base`` is None for all that ``head`` has. Where the history is not there
    as a whole, that is a detection: nothing is passed over.
    """
    scanner = (all_scanners() if known is None else known)[SCANNER]
    try:
        blobs = {blob.oid: blob for blob in new_blobs(root, base, head)}
        inputs = [Input.of(f"{blob.oid}/{blob.path}", (), (), blob.data) for blob in blobs.values()]
        report = run_scanners(
            inputs,
            root=root,
            names=[SCANNER],
            use_cache=False,
            report_progress=report_progress,
            known={SCANNER: scanner},
            find=find,
        )
        found = [
            _in_history(one, blobs, lambda blob: commit_of(root, blob, base, head))
            for one in report.detections
        ]
    except Unusable as problem:
        return ScanReport((failure(scanner, problem),), (), (), ())
    once = {one.fingerprint: one for one in sorted(found, key=Detection.sort_key)}
    return replace(report, detections=tuple(sorted(once.values(), key=Detection.sort_key)), suppressed=())


def _in_history(one: Detection, blobs: Mapping[str, Blob], commit: Callable[[Blob], str]) -> Detection:
    """The detection by the file's own path, with the commit in its message."""
    marked = _MARKED.match(one.location.path)
    if marked is None:
        return one
    blob = blobs[marked.group(1)]
    where = commit(blob) or f"an object {blob.oid[:12]}"
    at = one.location
    place = Location(blob.path, at.line, at.column, at.length)
    return replace(one, location=place, message=f"{one.message} (in commit {where})")

"""The scanners over what our own part looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from modelyard.detections import Detection
from modelyard.gate.files import Selection
from modelyard.gate.policy import Policy
from modelyard.gate.result import Looked, Seen
from modelyard.scanners.api import Input
from modelyard.scanners.run import ScanReport, run_scanners
from modelyard.subjects.kinds import place_of_path
from modelyard.write.tree import Tree

if TYPE_CHECKING:
    from modelyard.gate.run import Order


def scan_files(
    order: Order, looked: Sequence[Looked], policy: Policy, say: Callable[[str], None]
) -> ScanReport:
    """What the scanners say, each detection bound to the images of its file and to its model."""
    seen = {one.path: one for part in looked for one in part.seen}
    inputs = list(_inputs(order.selections, seen, policy))
    report = run_scanners(
        inputs,
        root=order.root,
        names=order.scanners,
        use_cache=order.cached,
        report_progress=say,
    )
    detections = tuple(_bound(one, seen) for one in report.detections)
    return replace(report, detections=detections)


def _inputs(selections: Sequence[Selection], seen: dict[str, Seen], policy: Policy) -> Iterator[Input]:
    for selection in selections:
        for path in selection.files:
            one = seen.get(selection.shown(path))
            if one is None:
                continue  # our own part has said already why it could not be read
            # Files that are no configuration are shown to those alone who look for secrets in anything.
            excluded = not selection.prefix and policy.excluded(path)
            yield Input(
                path=one.path,
                kinds=() if excluded else one.kinds,
                resources=() if excluded else one.resources,
                digest=one.digest,
                load=_loader(selection, path),
            )


def _loader(selection: Selection, path: str) -> Callable[[], bytes]:
    def load() -> bytes:
        with Tree(selection.root) as tree:
            return tree.read(path)

    return load


def _bound(one: Detection, seen: dict[str, Seen]) -> Detection:
    """The detection with whose it is, and with the images it is about: a waiver ends when they change."""
    file = seen.get(one.location.path)
    images = " ".join(file.images) if file is not None else ""
    return replace(
        one,
        model=one.model or place_of_path(one.location.path).model,
        evidence=one.evidence or images,
    )

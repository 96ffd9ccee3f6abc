"""The whole gate: our own rules, the scanners, the commits, the images; then the waivers; then the answer."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.gate.evaluate import TOOL, once
from modelyard.gate.files import Selection
from modelyard.gate.fleet import of_fleet
from modelyard.gate.look import of_findings
from modelyard.gate.own import Progress, Request, look
from modelyard.gate.policy import Policy, load_policy
from modelyard.gate.redact import redacted
from modelyard.gate.result import Looked
from modelyard.gate.waivers import apply_waivers
from modelyard.secrets.files import without_doubles
from modelyard.spec.policy import Waiver

if TYPE_CHECKING:
    from modelyard.scanners.run import Ran


@dataclass(frozen=True)
class Order:
    """What was asked of the gate.

    ``whole`` is whether all files of the repository are looked at, so that a waiver without use can be
    told. ``scanners`` None means all that there are; ``history`` is the commit after which every commit
    is looked through for secrets; ``sbom`` is where the bills of materials of images are written.
    """

    root: Path
    selections: tuple[Selection, ...]
    models: frozenset[str]
    environments: frozenset[str] | None
    now: datetime.datetime
    whole: bool
    scanners: tuple[str, ...] | None
    history: str | None = None
    images: tuple[str, ...] = ()
    sbom: Path | None = None
    workers: int = 1
    cached: bool = True
    all_files: tuple[str, ...] = ()
    pod_security: str = "restricted"


@dataclass(frozen=True)
class Answer:
    """What the gate says. ``blocks`` is the mildest level that blocks.

    ``partial`` says what was left out on request, so that nobody takes the answer for the whole gate's.
    """

    detections: tuple[Detection, ...]
    blocks: Level
    files: int
    resources: int
    rules: tuple[RuleInfo, ...] = ()
    ran: tuple[Ran, ...] = ()
    partial: str = ""

    def blocking(self) -> list[Detection]:
        """What must be mended or waived before anything is promoted."""
        return [one for one in self.detections if not one.waiver and one.level >= self.blocks]

    @property
    def passed(self) -> bool:
        return not self.blocking()


def run(order: Order, progress: Progress, say: Callable[[str], None]) -> Answer:
    """Runs everything that was asked for. Raises UsageError only for what was asked wrongly."""
    policy = load_policy(order.root)
    detections: list[Detection] = list(of_findings(policy.findings))
    looked = [part for selection in order.selections for part in _own(order, selection, progress)]
    detections += [one for part in looked for one in part.detections]
    detections += of_fleet(order.root, looked)
    rules: list[RuleInfo] = []
    ran: list[Ran] = []
    if order.history is not None:
        from modelyard.gate import commits

        past = commits.past_of(order.root, order.history)
        detections += commits.look_through(past)
        if order.scanners is None or commits.SCANNER in order.scanners:
            scanned = commits.scan(past, order.root)
            detections += scanned.detections
            rules += scanned.rules
    if order.scanners != ():
        from modelyard.gate.scan_files import scan_files

        report = scan_files(order, looked, policy, say)
        detections += report.detections
        rules += report.rules
        ran += report.ran
    for image in order.images:
        from modelyard.gate.image import scan_image

        scanned = scan_image(order, image, policy)
        detections += scanned.detections
        rules += scanned.rules
        ran += scanned.ran
    return _answer(order, policy, detections, looked, rules, ran)


def _own(order: Order, selection: Selection, progress: Progress) -> list[Looked]:
    request = Request(
        repository=order.root,
        selection=selection,
        models=frozenset() if selection.prefix else order.models,
        environments=order.environments,
        now=order.now,
        workers=order.workers,
        cached=order.cached and order.whole,
        all_files=order.all_files,
        pod_security=order.pod_security,
    )
    return look(request, progress)


def _answer(
    order: Order,
    policy: Policy,
    detections: list[Detection],
    looked: Sequence[Looked],
    rules: Sequence[RuleInfo],
    ran: Sequence[Ran],
) -> Answer:
    from modelyard.gate.owners import teams_of

    asked = None if order.scanners is None else {*order.scanners, TOOL}

    def was_asked(waiver: Waiver) -> bool:
        if not order.whole or (asked is not None and waiver.tool not in asked):
            return False
        return not waiver.file.startswith("image:")

    gate = policy.gate
    found = apply_waivers(
        once(without_doubles(redacted(detections))),
        policy.waivers,
        order.now,
        gate.max_waiver_days if gate is not None else 0,
        teams_of(order.root),
        was_asked,
    )
    return Answer(
        detections=tuple(sorted(found, key=Detection.sort_key)),
        # Without a policy nothing is known to be harmless.
        blocks=Level.of(gate.blocks) if gate is not None else Level.LOW,
        files=sum(len(part.seen) for part in looked),
        resources=sum(len(one.resources) for part in looked for one in part.seen),
        rules=tuple(rules),
        ran=tuple(ran),
        partial=_partial(order),
    )


def _partial(order: Order) -> str:
    if order.scanners == ():
        return "without scanners: this is not the whole gate"
    if order.scanners is not None:
        return f"of the scanners only {', '.join(order.scanners)}: this is not the whole gate"
    return ""

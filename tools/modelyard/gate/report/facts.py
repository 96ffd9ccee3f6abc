"""What every format of the report is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.gate.rule_infos import known_rules

if TYPE_CHECKING:
    from modelyard.gate.run import Answer
    from modelyard.scanners.run import Ran


@dataclass(frozen=True)
class Facts:
    """The answer, and what is known of the rules that spoke."""

    answer: Answer
    rules: Mapping[tuple[str, str], RuleInfo]
    command: str

    @classmethod
    def of(cls, answer: Answer, command: str) -> Facts:
        spoke = {(one.tool, one.rule): one for one in answer.detections}
        ours = known_rules() if spoke else ()  # to know them means to load them
        known = {(rule.tool, rule.id): rule for rule in (*ours, *answer.rules)}
        rules = {
            key: known.get(key) or RuleInfo(one.rule, one.tool, one.level, one.message)
            for key, one in sorted(spoke.items())
        }
        return cls(answer, rules, command)

    def rule(self, detection: Detection) -> RuleInfo:
        """What is known of the rule of a detection."""
        return self.rules[(detection.tool, detection.rule)]

    def blocks(self, detection: Detection) -> bool:
        """Whether it must be mended or waived."""
        return not detection.waiver and detection.level >= self.answer.blocks

    def by_model(self) -> Iterator[tuple[str, list[Detection]]]:
        """The detections of each model, worst first; those of no model come first, under ""."""
        for model, some in groupby(self.answer.detections, key=lambda one: one.model):
            yield model, list(some)

    def counted(self) -> dict[str, int]:
        """How many block, are waived, or are reported only; and how many there are of each level."""
        found = self.answer.detections
        blocking = sum(map(self.blocks, found))
        waived = sum(bool(one.waiver) for one in found)
        levels = {level.word: sum(one.level is level for one in found) for level in reversed(Level)}
        reported = len(found) - blocking - waived
        return {"blocking": blocking, "waived": waived, "reported": reported, **levels}


def label(detection: Detection) -> str:
    """The rule, with the scanner that it is of: ``root-user``, ``trivy AWS-0036``."""
    return detection.rule if detection.tool == "modelyard" else f"{detection.tool} {detection.rule}"


def state(facts: Facts, detection: Detection) -> str:
    """``blocks``, ``waived`` or ``reported``."""
    if detection.waiver:
        return "waived"
    return "blocks" if facts.blocks(detection) else "reported"


def plain_json(document: object) -> str:
    """The document in plain ASCII, indented, ended by a line break.

    Where it is printed into a log, GitHub's runner finds no ``##[command]`` to obey in it.
    """
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"


def ran_as_plain(ran: Ran) -> dict[str, str | int | float | bool]:
    """A scanner's share of a run, for programs."""
    return {
        "name": ran.scanner,
        "version": ran.version,
        "files": ran.files,
        "cached": ran.cached,
        "seconds": round(ran.seconds, 3),
        "failed": ran.failed,
    }


def ran_in_words(ran: Ran) -> str:
    """``trivy-config 0.76.0: 120 files, 118 known, 1.2 s``."""
    known = f", {ran.cached} known" if ran.cached else ""
    took = f", {ran.seconds:.1f} s" if ran.cached < ran.files else ""
    failed = ", FAILED" if ran.failed else ""
    return f"{ran.scanner} {ran.version}: {ran.files} files{known}{took}{failed}"

"""cfn-lint: whether CloudFormation would take a template, and what it would do with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.scanners._documents import resources_of
from modelyard.scanners.api import (
    MIB,
    Input,
    Malformed,
    Outcome,
    Scanner,
    Task,
    Tool,
    evidence_of,
    get,
    read_json,
)
from modelyard.subjects.document import Kind
from modelyard.subjects.kinds import place_of_path

KINDS: tuple[Kind, ...] = ("cloudformation",)
LEVELS = {"error": Level.HIGH, "warning": Level.MEDIUM, "informational": Level.LOW}
# What is not asked for, and why.
OFF: dict[str, str] = {}
_DRIVER = Path(__file__).with_name("_cfn_lint_driver.py")
_SHOWN = 300
# A value that stands before what is wrong with it. It may be a secret, and the place says which one it is.
_value = re.compile(
    r"^(?:'.*?'|\".*?\"|[\[{].*?[\]}]|\S+)(?= (?:is not|does not|is too|is less|is greater|was expected)\b)",
    re.DOTALL,
)


def wants(one: Input) -> bool:
    """Whether the file is a template."""
    return "cloudformation" in one.kinds


def resources(one: Input) -> tuple[str, ...]:
    """What cfn-lint has to show that it has read."""
    return resources_of(one, KINDS)


def run(task: Task) -> Outcome:
    """Runs cfn-lint over all templates, each by the region that its path names."""
    plan = task.scratch / "plan.json"
    asked = [(str(task.tree / name), place_of_path(one.path).region) for name, one in task.placed.items()]
    plan.write_text(json.dumps(asked))
    task.call("-I", "-X", "utf8", str(_DRIVER), str(plan), str(task.scratch / "report.json"))
    report = get(read_json(task.report("report.json"), "its report"), list)
    if len(report) != len(asked):
        raise Malformed(f"reports on {len(report)} templates of {len(asked)}")
    detections: list[Detection] = []
    rules: dict[str, RuleInfo] = {}
    read: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for said, one in zip(report, task.placed.values(), strict=True):
        detections += [
            _detection(match, one, rules)
            for match in get(said, list, "matches")
            if get(match, str, 0) not in OFF
        ]
        if not get(said, str, "error"):
            read.add(one.path)
        seen.update((one.path, name) for name in get(said, list, "resources"))
    return Outcome(
        detections=tuple(detections),
        read=frozenset(read),
        resources=frozenset(seen),
        rules=tuple(rules[name] for name in sorted(rules)),
    )


def _detection(said: Any, one: Input, rules: dict[str, RuleInfo]) -> Detection:
    """One match as a detection; what is known of its rule goes to ``rules``."""
    rule, severity = get(said, str, 0), get(said, str, 1).lower()
    if severity not in LEVELS:
        raise Malformed(f"gave a match of severity {severity!r}")
    level = LEVELS[severity]
    summary, why, address = (get(said, str, number) for number in (6, 7, 8))
    rules[rule] = RuleInfo(rule, "cfn-lint", level, summary, why, url=address)
    steps = get(said, list, 5)
    resource = str(steps[1]) if len(steps) > 1 and steps[0] == "Resources" else ""
    location = Location(one.path, max(get(said, int, 3), 1), max(get(said, int, 4), 1))
    message = _value.sub("the value", " ".join(get(said, str, 2).split()))[:_SHOWN]
    evidence = evidence_of("/".join(map(str, steps))) if len(steps) > 2 else ""
    return Detection(rule, "cfn-lint", level, location, message, "", resource, evidence)


SCANNER = Scanner(
    name="cfn-lint",
    tool=Tool(
        executable="cfn-lint",
        interpreted=True,
        package="cfn-lint",
        minimum=(1, 50),
        below=(2,),
        version_arguments=("-I", "-c", "from cfnlint.version import __version__; print(__version__)"),
    ),
    wants=wants,
    run=run,
    resources=resources,
    bundle=json.dumps(OFF),
    seconds=120,
    seconds_per_file=0.5,
    memory=1536 * MIB,
)

"""zizmor, over workflows, composite actions and Dependabot's configuration.

Without the network (``--offline``), since audits that ask an API give another answer every day, and none
without credentials. It logs each file whose audit is complete; one that it cannot parse is left out with a
warning, and so is not proved to be read.
"""

from __future__ import annotations

import re
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.scanners.api import Input, Malformed, Outcome, Scanner, Task, Tool, evidence_of, get, read_json

_FLAGS = ("--offline", "--no-config", "--no-ignores", "--persona=regular", "--no-progress", "--color=never")
# 11 to 14: something was found, the worst of it of this severity. 3: no file could be parsed.
_DONE, _NOTHING_READ = (0, 11, 12, 13, 14), 3
_COMPLETED = re.compile(r"^ *INFO audit: zizmor: \S+ completed (.+)$", re.MULTILINE)
_LEVELS = {
    "High": Level.HIGH,
    "Medium": Level.MEDIUM,
    "Low": Level.LOW,
    "Informational": Level.LOW,
    "Unknown": Level.MEDIUM,
}
# Also where nothing in the file could be read, so that its kind is not known.
_BY_PATH = re.compile(r"^\.github/(?:dependabot|workflows/[^/]+|actions/(?:.+/)?action)\.ya?ml$")


def run(task: Task) -> Outcome:
    """Asks about all files in one run."""
    files = [str(task.tree / name) for name in task.placed]
    done = task.call(*_FLAGS, "--format=json-v1", *files, accept=(*_DONE, _NOTHING_READ))
    log = done.stderr.decode("utf-8", "replace")
    read = frozenset(task.input(name).path for name in _COMPLETED.findall(log))
    if done.code == _NOTHING_READ:
        if read:
            raise Malformed("says that it read nothing and that it read something")
        return Outcome((), frozenset())
    found: list[Detection] = []
    hidden: list[Detection] = []
    rules: dict[str, RuleInfo] = {}
    for finding in get(read_json(done.stdout, "its report"), list):
        one = _detection(task, finding)
        (hidden if get(finding, bool, "ignored") else found).append(one)
        rules[one.rule] = RuleInfo(one.rule, "zizmor", one.level, one.message, url=get(finding, str, "url"))
    return Outcome(tuple(found), read, suppressed=tuple(hidden), rules=tuple(rules.values()))


def _detection(task: Task, finding: Any) -> Detection:
    severity = get(finding, str, "determinations", "severity")
    if severity not in _LEVELS:
        raise Malformed(f"knows a severity {severity!r}")
    places = get(finding, list, "locations")
    primary = [place for place in places if get(place, str, "symbolic", "kind") == "Primary"]
    place = (primary or places)[0]
    one = task.input(get(place, str, "symbolic", "key", "Local", "verbatim_path"))
    feature = get(place, str, "concrete", "feature")
    return Detection(
        rule=get(finding, str, "ident"),
        tool="zizmor",
        level=_LEVELS[severity],
        location=_location(one, place),
        message=f"{get(finding, str, 'desc')}: {get(place, str, 'symbolic', 'annotation')}",
        hint=f"see {get(finding, str, 'url')}",
        resource=_route(place),
        evidence=evidence_of(feature),
    )


def _location(one: Input, place: Any) -> Location:
    """Rows count from 0; columns from 0, in bytes of the line."""
    start, end = (get(place, dict, "concrete", "location", key) for key in ("start_point", "end_point"))
    row, column = get(start, int, "row"), get(start, int, "column")
    last = get(end, int, "column") if get(end, int, "row") == row else None
    lines = one.data.split(b"\n")
    if not 0 <= row < len(lines):
        raise Malformed(f"found something in line {row + 1} of {len(lines)} of {one.path!r}")
    before, meant = lines[row][:column], lines[row][column:last]
    return Location(one.path, row + 1, _length(before) + 1, max(1, _length(meant)))


def _length(text: bytes) -> int:
    return len(text.decode("utf-8", "replace"))


def _route(place: Any) -> str:
    """``jobs.build.steps[1].run``."""
    text = ""
    for step in get(place, list, "symbolic", "route", "route"):
        text += f"[{get(step, int, 'Index')}]" if "Index" in step else f".{get(step, str, 'Key')}"
    return text.lstrip(".")


SCANNER = Scanner(
    name="zizmor",
    tool=Tool("zizmor", "zizmor", minimum=(1, 30), below=(2,)),
    wants=lambda one: "workflow" in one.kinds or _BY_PATH.match(one.path) is not None,
    run=run,
    bundle=" ".join(_FLAGS),
)

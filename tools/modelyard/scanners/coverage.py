"""What a scanner failed to do, as detections: no answer, or no proof that it read what it was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelyard.detections import Detection, Level
from modelyard.findings import Location
from modelyard.load import layout
from modelyard.scanners.api import Input, Outcome, Scanner, Unusable

_SHOWN = 20  # inputs that are named one by one; a scanner that read nothing would name thousands

_HINTS = {
    "scanner-crashed": "run the command again; if it stays, run the scanner by itself to see why",
    "scanner-timeout": "run the command again on an idle machine; if it stays, scan fewer files at once",
    "scanner-memory": "run the command again with fewer files, and look which of them is unusually large",
    "scanner-output": "its output is not what this version of it should write: install the pinned version",
    "scanner-coverage": "mend what keeps the file from being read (syntax, encoding, size), and run it again",
}


def failure(scanner: Scanner, problem: Unusable) -> Detection:
    """That there is no answer of a scanner, which is as bad as the worst answer."""
    return Detection(
        rule=problem.rule,
        tool="modelyard",
        level=Level.CRITICAL,
        location=Location(layout.GATE),
        message=f"{scanner.name} {problem.seen}",
        hint=problem.hint or _HINTS.get(problem.rule, ""),
        resource=scanner.name,
    )


def unread(scanner: Scanner, one: Input, outcome: Outcome) -> str:
    """What a scanner did not prove to have read of an input, in words; empty if it read all of it."""
    if one.path not in outcome.read:
        return "the file"
    missing = [name for name in scanner.resources(one) if (one.path, name) not in outcome.resources]
    if not missing:
        return ""
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return ", ".join(missing[:3]) + more


def uncovered(scanner: Scanner, inputs: Iterable[Input], outcome: Outcome) -> Iterator[Detection]:
    """A detection for each input that was not read; from the twentieth on, one for all the others."""
    left = [(one, missing) for one in inputs if (missing := unread(scanner, one, outcome))]
    for one, missing in left[:_SHOWN]:
        yield _coverage(scanner, one, f"{scanner.name} does not show that it has read {missing}")
    if len(left) > _SHOWN:
        one, _ = left[_SHOWN]
        count = len(left) - _SHOWN
        yield _coverage(scanner, one, f"{scanner.name} does not show that it has read {count} more files")


def _coverage(scanner: Scanner, one: Input, message: str) -> Detection:
    return Detection(
        rule="scanner-coverage",
        tool="modelyard",
        level=Level.CRITICAL,
        location=Location(one.path),
        message=message,
        hint=_HINTS["scanner-coverage"],
        resource=scanner.name,
    )

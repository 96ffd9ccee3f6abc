"""Asks one scanner about some files: a clean copy, a watched process, and proof that it read all of them."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelyard.detections import Detection, RuleInfo
from modelyard.scanners.api import Done, Input, Malformed, Outcome, Scanner, Task, Unusable
from modelyard.scanners.cache import Answer
from modelyard.scanners.clean import copy_inputs
from modelyard.scanners.coverage import uncovered, unread
from modelyard.scanners.find import Program, version_of
from modelyard.scanners.process import Limits, Place, run_process

_VERSION_SECONDS = 60  # checkov takes 4 of them to say its version; a busy machine many more


@dataclass(frozen=True)
class Said:
    """``answers`` by path, of all inputs; ``unread`` are the paths that no proof was given for."""

    version: str
    answers: Mapping[str, Answer]
    unread: frozenset[str]
    failures: tuple[Detection, ...]
    rules: Mapping[str, RuleInfo]


class Caller:
    """Runs the program of a scanner, each time in a folder of its own. This is ``Task.call``."""

    def __init__(self, program: Program, folder: Path, limits: Limits, stop: threading.Event | None) -> None:
        self.program = program
        self.folder = folder
        self.limits = limits
        self.stop = stop
        self.calls = 0

    def __call__(
        self,
        *arguments: str,
        accept: Collection[int] = (0,),
        folder: Path | None = None,
        stdin: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Done:
        """See ``api.Call``."""
        self.calls += 1
        place = Place(_made(self.folder / f"call-{self.calls}"), folder, stdin, more or {})
        return run_process([self.program.path, *arguments], place, self.limits, accept, self.stop)


def ask(
    scanner: Scanner,
    program: Program,
    inputs: Collection[Input],
    version: str = "",
    stop: threading.Event | None = None,
) -> Said:
    """What a scanner says of these inputs. ``version`` is that of the program, where it is known.

    Raises Unusable where there is no answer at all.
    """
    # Resolved: on macOS the folder for temporary files is a link, and tools name files as they find them.
    folder = Path(tempfile.mkdtemp(prefix="modelyard-scan-")).resolve()
    try:
        if not version:
            asking = Caller(
                program, _made(folder / "version"), Limits(_VERSION_SECONDS, scanner.memory), stop
            )
            version = version_of(scanner.tool, asking(*scanner.tool.version_arguments))
        limits = Limits(scanner.seconds + scanner.seconds_per_file * len(inputs), scanner.memory)
        caller = Caller(program, _made(folder / "run"), limits, stop)
        tree, scratch = _made(folder / "tree"), _made(folder / "scratch")
        task = Task(tree, _placed(scanner, inputs), scratch, caller)
        copy_inputs(task.placed, task.tree, scanner.content)
        outcome = _run(scanner, task)
        return _said(scanner, inputs, outcome, version)
    except OSError as error:
        raise Unusable("scanner-crashed", f"could not be run: {error.strerror}: {error.filename}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(scanner: Scanner, task: Task) -> Outcome:
    """The adapter's answer. A mistake in an adapter is no answer, like a mistake in its scanner."""
    try:
        return scanner.run(task)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise Unusable("scanner-output", f"wrote what its adapter cannot read ({error!r})") from error


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _placed(scanner: Scanner, inputs: Iterable[Input]) -> dict[str, Input]:
    placed: dict[str, Input] = {}
    paths: set[str] = set()
    for index, one in enumerate(inputs):
        if one.path in paths:  # proof that one was read would count for the other
            raise Unusable("scanner-coverage", f"cannot be given two files of the path {one.path!r}")
        paths.add(one.path)
        name = scanner.place(index, one)
        if name in placed:
            seen = f"cannot be given both {placed[name].path!r} and {one.path!r}: one copy has both names"
            raise Unusable("scanner-coverage", seen, "rename one of them")
        placed[name] = one
    return placed


def _said(scanner: Scanner, inputs: Collection[Input], outcome: Outcome, version: str) -> Said:
    """Sorts an outcome by file. Raises Malformed if it speaks of files that the scanner was not given."""
    found: dict[str, list[Detection]] = {one.path: [] for one in inputs}
    hidden: dict[str, list[Detection]] = {one.path: [] for one in inputs}
    for into, detections in ((found, outcome.detections), (hidden, outcome.suppressed)):
        for one in detections:
            if one.location.path not in into:
                raise Malformed(f"speaks of {one.location.path!r}, which it was not given")
            into[one.location.path].append(one)
    return Said(
        version,
        {path: Answer(tuple(found[path]), tuple(hidden[path])) for path in found},
        frozenset(one.path for one in inputs if unread(scanner, one, outcome)),
        tuple(uncovered(scanner, inputs, outcome)),
        {rule.id: rule for rule in outcome.rules},
    )

"""Runs the scanners: asks each only about what it has not answered before, and fails closed."""

from __future__ import annotations

import functools
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from modelyard.detections import Detection, RuleInfo
from modelyard.scanners import cache, install
from modelyard.scanners.api import Input, Scanner, Tool, Unusable
from modelyard.scanners.ask import Said, ask
from modelyard.scanners.coverage import failure
from modelyard.scanners.find import Program, find_program
from modelyard.scanners.registry import scanners as all_scanners

# The parts of this package that decide what becomes of a scanner's report.
_CODE = ("detections", "scanners", "secrets", "source", "subjects")


@dataclass(frozen=True)
class Ran:
    """What became of one scanner: how many files it was asked about, and how many answers were known."""

    scanner: str
    version: str
    files: int
    cached: int
    seconds: float
    failed: bool


@dataclass(frozen=True)
class ScanReport:
    """All that the scanners said, in a fixed order.

    ``suppressed`` are those of ``detections`` that something in the file asked the tool not to report.
    """

    detections: tuple[Detection, ...]
    suppressed: tuple[Detection, ...]
    rules: tuple[RuleInfo, ...]
    ran: tuple[Ran, ...]


def quiet(_text: str) -> None:
    """Reports no progress."""


def run_scanners(
    inputs: Sequence[Input],
    *,
    root: Path,
    names: Iterable[str] | None = None,
    use_cache: bool = True,
    report_progress: Callable[[str], None] = quiet,
    known: Mapping[str, Scanner] | None = None,
    find: Callable[[Tool], Program] | None = None,
) -> ScanReport:
    """Asks every scanner (or those of ``names``) about the inputs that it wants.

    ``root`` is the repository that is scanned; only its cache is read and written there. ``known`` are the
    scanners that there are, and ``find`` gives their programs: those of this checkout, or on PATH. Raises
    KeyError for a name that is no scanner. No other failure raises: it is a detection. An interrupt kills
    all that runs, and is passed on.
    """
    there = all_scanners() if known is None else known
    chosen = [there[name] for name in sorted(there if names is None else set(names))]
    find = find or functools.partial(find_program, root=install.checkout())
    runs = [_prepare(scanner, inputs, find) for scanner in chosen]
    if use_cache:
        code = _code()
        for run in runs:
            run.recall(root, code)
    stop = threading.Event()
    # The longest first, so that it does not run alone at the end.
    waiting = sorted((one for one in runs if one.todo), key=lambda one: -one.scanner.seconds)
    if waiting:
        report_progress(f"scanning with {', '.join(one.scanner.name for one in waiting)} …")
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="scanner") as pool:
            _await([pool.submit(one.start, stop) for one in waiting], stop)
    return _report(runs, root if use_cache else None)


def _await(futures: list[Future[None]], stop: threading.Event) -> None:
    """Waits for all; when one of them, or this thread, is interrupted, ends the others and passes it on."""
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
        for future in futures:
            if future.done():
                future.result()
    finally:
        stop.set()  # of no concern to those that are done
        for future in futures:
            future.cancel()


class _Run:
    """One scanner in this run: what it is asked, what is known already, and what it says."""

    def __init__(self, scanner: Scanner, wanted: list[Input]) -> None:
        self.scanner = scanner
        self.wanted = wanted
        self.todo = wanted
        self.program: Program | None = None
        self.memory = cache.Memory("")
        self.said = Said("", {}, frozenset(), (), {})
        self.problem: Unusable | None = None
        self.seconds = 0.0

    def recall(self, root: Path, code: str) -> None:
        """Looks up what is known already of the inputs."""
        if self.program is not None and self.program.identity:
            self.memory = cache.load(root, self.scanner.name, _key(self.scanner, self.program, code))
            self.todo = [one for one in self.wanted if self.memory.answer(one) is None]

    def start(self, stop: threading.Event) -> None:
        """Runs the scanner over what is to do."""
        assert self.program is not None
        began = time.monotonic()
        try:
            version = self.program.version or self.memory.version
            self.said = ask(self.scanner, self.program, self.todo, version, stop)
        except Unusable as problem:
            self.problem = problem
        self.seconds = time.monotonic() - began

    @property
    def failures(self) -> tuple[Detection, ...]:
        """What the scanner failed to do."""
        return (failure(self.scanner, self.problem),) if self.problem else self.said.failures

    @property
    def version(self) -> str:
        """The version of the program, as far as it was needed to know it."""
        return (self.program.version if self.program else "") or self.said.version or self.memory.version

    def answers(self) -> Iterator[cache.Answer]:
        """What is said or known of the inputs, in their order; nothing of those whose scan failed."""
        for one in self.wanted:
            answer = self.said.answers.get(one.path) or self.memory.answer(one)
            if answer is not None:
                yield answer

    def learnt(self) -> cache.Memory:
        """What is known now, of other files too: a run may be about a few of them only."""
        new = {
            one.path: (cache.mark(one), self.said.answers[one.path])
            for one in self.todo
            if one.path in self.said.answers and one.path not in self.said.unread
        }
        answers = {**self.memory.answers, **new}
        return cache.Memory(self.memory.key, self.version, answers, {**self.memory.rules, **self.said.rules})


def _prepare(scanner: Scanner, inputs: Iterable[Input], find: Callable[[Tool], Program]) -> _Run:
    """Finds the program, where the scanner wants any of the inputs."""
    run = _Run(scanner, [one for one in inputs if scanner.wants(one)])
    if run.wanted:
        try:
            run.program = find(scanner.tool)
        except (Unusable, OSError) as problem:
            unreadable = Unusable("scanner-missing", f"cannot be looked for: {problem}")
            run.problem, run.todo = problem if isinstance(problem, Unusable) else unreadable, []
    return run


def _key(scanner: Scanner, program: Program, code: str) -> str:
    """What all answers of a scanner hang on: its program, our configuration of it, and our own code."""
    total = hashlib.sha256()
    for text in (code, scanner.name, scanner.bundle, program.identity, program.version):
        total.update(f"{len(text)}:{text},".encode())
    return total.hexdigest()


def _code() -> str:
    """A digest of the code that makes answers of what scanners write."""
    total = hashlib.sha256()
    package = os.path.dirname(os.path.dirname(__file__))
    for part in _CODE:
        folder = os.path.join(package, part)
        for name in sorted(os.listdir(folder)):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as file:
                    total.update(hashlib.sha256(file.read()).digest())
    return total.hexdigest()


def _report(runs: Iterable[_Run], root: Path | None) -> ScanReport:
    """Puts together what was said and what was known, and remembers the former."""
    found: list[Detection] = []
    hidden: list[Detection] = []
    rules: dict[tuple[str, str], RuleInfo] = {}
    ran = []
    for run in runs:
        found += run.failures
        answers = list(run.answers())
        assert run.failures or len(answers) == len(run.wanted), "a file without an answer is a failure"
        for answer in answers:
            found += answer.detections
            hidden += map(_tried_to_hide, answer.suppressed)
        for rule in (*run.memory.rules.values(), *run.said.rules.values()):
            rules[rule.tool, rule.id] = rule
        if root is not None and run.memory.key and run.said.answers:
            cache.save(root, run.scanner.name, run.learnt())
        if run.wanted:
            known = len(run.wanted) - len(run.todo) if run.program else 0
            failed = bool(run.failures)
            ran.append(Ran(run.scanner.name, run.version, len(run.wanted), known, run.seconds, failed))
    seen = {(one.tool, one.rule) for one in (*found, *hidden)}
    return ScanReport(
        tuple(sorted((*found, *hidden), key=Detection.sort_key)),
        tuple(sorted(hidden, key=Detection.sort_key)),
        tuple(rule for name, rule in sorted(rules.items()) if name in seen),
        tuple(ran),
    )


def _tried_to_hide(one: Detection) -> Detection:
    """A detection that a comment in its file asked the scanner to be quiet about."""
    return replace(one, message=f"{one.message} (a skip comment in the file tries to hide this)")

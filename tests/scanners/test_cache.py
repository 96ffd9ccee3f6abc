"""A run without changes starts no scanner, and nothing but a scanner's own answer is remembered."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.findings import Location
from modelyard.scanners import cache
from modelyard.scanners.api import Outcome, Task
from tests.scanners.fakes import HONEST, Bench, file, run

FILES = (file("a"), file("b", "other"), file("folder/c"))


def stored(bench: Bench) -> Path:
    return bench.root / ".cache" / "modelyard" / "scan" / "fake.json"


def test_nothing_changed_and_nothing_starts(bench: Bench) -> None:
    bench.program()
    first = bench.scan(*FILES, use_cache=True)
    second = bench.scan(*FILES, use_cache=True)
    assert len(bench.starts()) == 1
    assert (second.detections, second.rules) == (first.detections, first.rules)
    assert len(second.detections) == 3
    (ran,) = second.ran
    assert (ran.files, ran.cached, ran.version) == (3, 3, "1.2.3")


def test_one_changed_file_is_asked_about(bench: Bench) -> None:
    bench.program()
    bench.scan(*FILES, use_cache=True)
    report = bench.scan(FILES[0], file("b", "changed"), FILES[2], use_cache=True)
    assert bench.starts() == [["a", "b", "folder/c"], ["b"]]
    assert [one.message for one in report.detections] == ["text", "changed", "text"]


def test_a_run_about_some_files_forgets_nothing(bench: Bench) -> None:
    bench.program()
    bench.scan(*FILES, use_cache=True)
    bench.scan(file("b", "changed"), use_cache=True)
    bench.scan(FILES[0], file("b", "changed"), FILES[2], use_cache=True)
    assert bench.starts() == [["a", "b", "folder/c"], ["b"]]


@pytest.mark.parametrize("field", ["kinds", "resources"])
def test_what_the_file_is_counts_too(bench: Bench, field: str) -> None:
    bench.program()
    bench.scan(FILES[0], use_cache=True)
    bench.scan(replace(FILES[0], **{field: ("kubernetes",)}), use_cache=True)  # type: ignore[arg-type]
    assert len(bench.starts()) == 2


def test_another_program_answers_anew(bench: Bench) -> None:
    bench.program()
    bench.scan(*FILES, use_cache=True)
    bench.program(version="1.3")
    (ran,) = bench.scan(*FILES, use_cache=True).ran
    assert (ran.cached, ran.version) == (0, "1.3")


def test_another_configuration_answers_anew(bench: Bench) -> None:
    bench.program()
    bench.scan(*FILES, use_cache=True)
    bench.change(bundle="other rules")
    assert bench.scan(*FILES, use_cache=True).ran[0].cached == 0


def test_without_it_all_is_asked_and_nothing_written(bench: Bench) -> None:
    bench.program()
    for _ in range(2):
        bench.scan(*FILES)
    assert len(bench.starts()) == 2
    assert not (bench.root / ".cache").exists()


def test_a_program_that_cannot_be_told_apart_is_not_remembered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.program()
    found = bench.find(bench.scanner.tool)
    monkeypatch.setattr(bench, "find", lambda _tool: replace(found, identity=""))
    for _ in range(2):
        bench.scan(*FILES, use_cache=True)
    assert len(bench.starts()) == 2


def test_one_that_is_gone_does_not_answer_from_memory(bench: Bench) -> None:
    program = bench.program()
    bench.scan(*FILES, use_cache=True)
    program.unlink()
    (said,) = bench.scan(*FILES, use_cache=True).detections
    assert said.rule == "scanner-missing"


@pytest.mark.parametrize("body", ["sys.exit(1)", "print('{')", """print('{"read": [], "found": []}')"""])
def test_failures_are_not_remembered(bench: Bench, body: str) -> None:
    program = bench.program(body)
    bench.scan(*FILES, use_cache=True)
    there = os.stat(program)
    bench.program()
    os.utime(program, ns=(there.st_atime_ns, there.st_mtime_ns))
    report = bench.scan(*FILES, use_cache=True)
    assert [one.tool for one in report.detections] == ["fake"] * 3


def test_only_the_files_that_were_read_are_remembered(bench: Bench) -> None:
    bench.program("files = [one for one in files if one != 'b']" + HONEST)
    for _ in range(2):
        report = bench.scan(*FILES, use_cache=True)
        assert [one.rule for one in report.detections].count("scanner-coverage") == 1
    assert bench.starts() == [["a", "b", "folder/c"], ["b"]]


def test_what_was_suppressed_still_is_when_remembered(bench: Bench) -> None:
    def hiding(task: Task) -> Outcome:
        outcome = run(task)
        return replace(outcome, detections=(), suppressed=outcome.detections)

    bench.program()
    bench.change(run=hiding)
    reports = [bench.scan(FILES[0], use_cache=True) for _ in range(2)]
    assert reports[0].detections == reports[1].detections == reports[0].suppressed
    assert reports[1].detections[0].message == "text (a skip comment in the file tries to hide this)"
    assert len(bench.starts()) == 1


def poisons() -> dict[str, Any]:
    """Ways to change a good cache file into one that says that nothing is wrong, or nothing at all."""
    nothing: list[object] = []
    return {
        "no JSON": lambda _said: "{",
        "another format": lambda said: {**said, "format": 0},
        "another key": lambda said: {**said, "of": "0" * 64},
        "no answers": lambda said: {**said, "answers": None},
        "answers are a list": lambda said: {**said, "answers": nothing},
        "an answer is short": lambda said: {**said, "answers": {"a": ["mark"]}},
        "an answer is long": lambda said: {**said, "answers": {"a": ["mark", [], [], []]}},
        "a mark is a number": lambda said: {**said, "answers": {"a": [1, [], []]}},
        "a detection is text": lambda said: {**said, "answers": {"a": ["mark", ["said"], []]}},
        "a level is none": lambda said: {**said, "answers": {"a": ["m", [_fields(level=9)], []]}},
        "a level is true": lambda said: {**said, "answers": {"a": ["m", [_fields(level=True)], []]}},
        "a line is text": lambda said: {**said, "answers": {"a": ["m", [_fields(line="1")], []]}},
        "a message is none": lambda said: {**said, "answers": {"a": ["m", [_fields(message=None)], []]}},
        "a version is none": lambda said: {**said, "version": None},
        "rules are none": lambda said: {**said, "rules": None},
        "a rule is short": lambda said: {**said, "rules": [["id"]]},
    }


def _fields(level: object = 3, line: object = 1, message: object = "text") -> list[object]:
    return ["said", "fake", level, ["a", line, 1, 1], message, "", "", ""]


@pytest.mark.parametrize("poison", poisons())
def test_a_broken_file_costs_a_scan(bench: Bench, poison: str) -> None:
    bench.program()
    first = bench.scan(*FILES, use_cache=True)
    changed = poisons()[poison](json.loads(stored(bench).read_text()))
    stored(bench).write_text(changed if isinstance(changed, str) else json.dumps(changed))
    assert bench.scan(*FILES, use_cache=True).detections == first.detections
    assert len(bench.starts()) == 2


@pytest.mark.parametrize("what", ["link", "folder", "pipe"])
def test_what_is_no_file_costs_a_scan(bench: Bench, what: str) -> None:
    bench.program()
    first = bench.scan(*FILES, use_cache=True)
    path = stored(bench)
    content = path.read_text()
    path.unlink()
    if what == "link":
        (bench.root / "elsewhere").write_text(content)
        path.symlink_to(bench.root / "elsewhere")
    elif what == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    assert bench.scan(*FILES, use_cache=True).detections == first.detections
    assert len(bench.starts()) == 2


TEXT = st.text(max_size=12)
DETECTIONS = st.builds(
    Detection,
    rule=TEXT,
    tool=TEXT,
    level=st.sampled_from(Level),
    location=st.builds(Location, TEXT, *[st.integers(1, 9999)] * 3),
    message=TEXT,
    hint=TEXT,
    resource=TEXT,
    evidence=TEXT,
)


@given(st.lists(DETECTIONS, max_size=3), st.lists(DETECTIONS, max_size=2))
def test_what_is_remembered_is_what_was_said(found: list[Detection], hidden: list[Detection]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        answer = cache.Answer(tuple(found), tuple(hidden))
        rule = RuleInfo("rule", "fake", Level.LOW, "summary", url="url")
        memory = cache.Memory("key", "1.2", {"a": ("mark", answer)}, {"rule": rule})
        cache.save(Path(folder), "fake", memory)
        assert cache.load(Path(folder), "fake", "key") == memory


def test_a_tree_that_cannot_be_written_has_none(bench: Bench) -> None:
    bench.program()
    (bench.root / ".cache").write_text("in the way")
    for _ in range(2):
        assert len(bench.scan(*FILES, use_cache=True).detections) == 3
    assert len(bench.starts()) == 2

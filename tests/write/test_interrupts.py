from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from modelyard.write import Plan, Tree, apply, plan
from modelyard.write.interrupts import HeldSignals
from tests.write.files import OUT, files_of, put, rendered, sealed
from tests.write.processes import finish, start, wait_until_ready, whole_files
from tests.write.worker import wanted

DELAYS = [0.0, 0.001, 0.003, 0.006, 0.01, 0.015, 0.02, 0.03]  # seconds; a whole run takes about 0.03


def test_a_run_killed_at_any_moment_leaves_whole_files(tmp_path: Path) -> None:
    interrupted = 0
    for generation, delay in enumerate(DELAYS):
        process = start("locked", tmp_path, generation)
        wait_until_ready(process)
        time.sleep(delay)
        process.kill()
        process.communicate(timeout=60)
        interrupted += whole_files(tmp_path) != wanted(generation)
    assert interrupted, "every run was done before it was killed: the test shows nothing"
    assert finish(start("locked", tmp_path, 9)) == (0, "ready\n")
    assert files_of(tmp_path) == wanted(9)


@pytest.mark.parametrize(
    ("signals", "code"), [([signal.SIGINT] * 3, 130), ([signal.SIGTERM], 143)], ids=["ctrl-c", "sigterm"]
)
def test_a_run_that_is_stopped_leaves_nothing_behind(
    tmp_path: Path, signals: list[signal.Signals], code: int
) -> None:
    codes: list[int] = []
    for generation, delay in enumerate(DELAYS[:5]):
        process = start("locked", tmp_path, generation)
        wait_until_ready(process)
        time.sleep(delay)
        for number in signals:
            process.send_signal(number)
        process.communicate(timeout=60)
        codes.append(process.returncode)
        assert whole_files(tmp_path) == files_of(tmp_path)  # nothing in the making is left
    assert code in codes
    assert finish(start("locked", tmp_path, 9)) == (0, "ready\n")
    assert files_of(tmp_path) == wanted(9)


@contextmanager
def signal_at_line(count: int) -> Iterator[Callable[[], bool]]:
    """Raises SIGINT when that many lines of the package have run; gives whether it came to that."""
    left = count

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        if not frame.f_globals.get("__name__", "").startswith("modelyard.write."):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                sys.settrace(None)
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lambda: left <= 0
    finally:
        sys.settrace(before)


def _apply_with_signal(root: Path, made: Plan, line: int) -> tuple[bool, bool]:
    """(whether the signal was sent, whether it came out as KeyboardInterrupt)."""
    interrupted = False
    with Tree(root) as tree, signal_at_line(line) as sent:
        try:
            apply(tree, made)
        except KeyboardInterrupt:
            interrupted = True
    return sent(), interrupted


def test_ctrl_c_at_every_single_line(tmp_path: Path) -> None:
    old = {f"{OUT}/a/one": sealed("1"), f"{OUT}/b/two": sealed("2"), f"{OUT}/c": sealed("c")}
    new = {f"{OUT}/a/one": sealed("new"), f"{OUT}/d/three": sealed("3"), f"{OUT}/c": sealed("c")}
    handler = signal.getsignal(signal.SIGINT)
    for line in range(1, 5000):
        root = tmp_path / str(line)
        put(root, old)
        with Tree(root) as tree:
            made = plan(tree, new, [OUT])
        sent, interrupted = _apply_with_signal(root, made, line)
        assert interrupted == sent
        assert signal.getsignal(signal.SIGINT) is handler
        for path, data in files_of(root).items():
            assert data in (old.get(path), new.get(path)), (line, path)
        rendered(root, new)
        assert files_of(root) == new
        if not sent:
            break
    assert 100 < line < 5000


def test_held_signals_reach_the_handler_that_was_there() -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    try:
        with HeldSignals() as held:
            signal.raise_signal(signal.SIGTERM)
            assert seen == []
            assert held.pending == [signal.SIGTERM]
            held.deliver()
            assert seen == [signal.SIGTERM]
            signal.raise_signal(signal.SIGTERM)
        assert seen == [signal.SIGTERM] * 2
    finally:
        signal.signal(signal.SIGTERM, before)


def test_writing_from_another_thread(tmp_path: Path) -> None:
    thread = threading.Thread(target=rendered, args=(tmp_path, {f"{OUT}/a": sealed("a")}))
    thread.start()
    thread.join()
    assert files_of(tmp_path) == {f"{OUT}/a": sealed("a")}

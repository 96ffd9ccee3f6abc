"""Calls of programs: bounded, ended with us, and nothing of them left."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from modelyard.engines.api import EngineError, Stopped
from modelyard.engines.process import answer, call, ending, shown, tail


def alive(file: Path) -> bool:
    """Whether the process whose number is in a file still runs."""
    try:
        state = Path(f"/proc/{int(file.read_text())}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


# A program with a child, both of which say their number and do not mind SIGTERM.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
open(sys.argv[1] + ("/child" if child == 0 else "/parent"), "w").write(str(os.getpid()))
time.sleep(60)
"""


def test_any_exit_code_and_both_streams() -> None:
    program = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)"
    done = call([sys.executable, "-c", program], 30)
    assert (done.code, done.stdout, done.stderr) == (7, b"out\n", b"err\n")
    with pytest.raises(EngineError, match="ended with exit code 7") as caught:
        answer([sys.executable, "-c", program], 30)
    assert caught.value.said == "err"


def test_a_log_is_appended_to(tmp_path: Path) -> None:
    for word in ("one", "two"):
        call([sys.executable, "-c", f"print('{word}')"], 30, log=tmp_path / "log")
    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_no_shell_reads_the_words() -> None:
    assert (
        answer([sys.executable, "-c", "import sys; print(sys.argv[1])", "$(id); `id`"], 30) == "$(id); `id`\n"
    )


def test_a_missing_program() -> None:
    with pytest.raises(EngineError, match="cannot be started: No such file"):
        call(["/nowhere/docker"], 30)


def test_a_program_that_takes_too_long_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelyard.engines.process.GRACE", 0.2)
    with pytest.raises(EngineError, match="was not done after 1 s"):
        call([sys.executable, "-c", STUBBORN, str(tmp_path)], 1)
    wait_for_the_end(tmp_path)


def test_a_program_that_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelyard.engines.process.GRACE", 0.2)
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    with pytest.raises(Stopped):
        call([sys.executable, "-c", STUBBORN, str(tmp_path)], 30, stop)
    timer.join()
    wait_for_the_end(tmp_path)


def test_the_children_of_a_program_that_was_killed(tmp_path: Path) -> None:
    program = STUBBORN.replace("time.sleep(60)", "time.sleep(0.3 if child else 60)\nos.kill(os.getpid(), 9)")
    with pytest.raises(EngineError, match="was killed by SIGKILL"):
        answer([sys.executable, "-c", program, str(tmp_path)], 30)
    wait_for_the_end(tmp_path)


def wait_for_the_end(folder: Path) -> None:
    """Whoever is killed is a process until the kernel is done with it."""
    deadline = time.monotonic() + 5
    while any(alive(file) for file in folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [file.name for file in folder.iterdir() if alive(file)]


def test_words_for_people() -> None:
    assert shown(["/usr/bin/podman", "image", "inspect", "--format=x", "secret"]) == "podman image inspect"
    assert ending(-9) == "was killed by SIGKILL"
    assert ending(-200) == "was killed by signal 200"
    assert tail(b"one\r\ntwo\x1b[31m red\n\n", 5) == "one\ntwo [31m red"
    assert tail(b"a\nb\nc", 2) == "b\nc"

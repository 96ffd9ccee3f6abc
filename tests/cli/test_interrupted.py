"""Runs that are stopped, disturbed or doubled."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.cli.command import (
    assert_no_half_file,
    finish,
    good,
    rendered,
    run,
    start,
)


@pytest.mark.parametrize(
    ("number", "codes"),
    [(signal.SIGINT, {130, -signal.SIGINT}), (signal.SIGTERM, {143, -signal.SIGTERM})],
    ids=["ctrl-c", "sigterm"],
)
def test_stopped_at_any_moment(
    many: Path, whole: dict[str, bytes], tmp_path: Path, number: signal.Signals, codes: set[int]
) -> None:
    root = shutil.copytree(many, tmp_path / "r")
    since = time.monotonic()
    good(shutil.copytree(many, tmp_path / "timed"), "render", "--jobs", "2")
    whole_run = time.monotonic() - since
    moments = random.Random(7)
    seen, stopped = set(), 0
    for _ in range(10):
        process = start(root, "render", "--jobs", "2")
        time.sleep(moments.uniform(0.05, whole_run))
        if number is signal.SIGINT:
            send_to_group(process, number)  # as a terminal does: to the workers too
        else:
            process.send_signal(number)
        outcome = finish(process)
        assert outcome.code in codes | {0}, outcome
        if outcome.code == 130:
            assert outcome.err.endswith("modelyard: interrupted\n")
        seen.add(outcome.code)
        stopped += outcome.code != 0
        assert_no_half_file(root)
        if rendered(root).keys() >= whole.keys():
            shutil.rmtree(root)
            shutil.copytree(many, root)
    assert stopped >= 3
    assert 128 + number in seen
    good(root, "render", "--jobs", "2")
    assert rendered(root) == whole
    assert [path for path in root.rglob("*.tmp") if ".git" not in path.parts] == []


def send_to_group(process: subprocess.Popen[str], number: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)


def test_hammering_on_ctrl_c(many: Path, tmp_path: Path) -> None:
    root = shutil.copytree(many, tmp_path / "r")
    for delay in (0.3, 0.5, 0.7):
        process = start(root, "render", "--jobs", "2")
        time.sleep(delay)
        for _ in range(20):
            send_to_group(process, signal.SIGINT)
            time.sleep(0.002)
        assert finish(process).code in (0, 130, -signal.SIGINT)
        assert_no_half_file(root)


def test_two_at_once(many: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    root = shutil.copytree(many, tmp_path / "r")
    both = [start(root, "render", "--jobs", "2") for _ in range(2)]
    for process in both:
        outcome = finish(process)
        assert outcome.code == 0
        assert outcome.err in ("", "modelyard: " + WAITING)
    assert rendered(root) == whole


WAITING = "another run is writing to this repository (lock: .cache/modelyard/lock): waiting for it to end\n"


def test_check_beside_a_render(many: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    root = shutil.copytree(many, tmp_path / "r")
    writer = start(root, "render", "--jobs", "1")
    while writer.poll() is None:
        assert run(root, "render", "--check", "echo").code in (0, 1)
    assert finish(writer).code == 0
    assert rendered(root) == whole


def test_a_manifest_that_comes_and_goes(fresh: Path) -> None:
    path = fresh / "models/echo/model.yaml"
    text = path.read_bytes()
    aside = fresh.parent / "aside"
    ended = threading.Event()

    def flicker() -> None:
        while not ended.is_set():
            path.unlink()
            path.write_bytes(text)
            path.parent.rename(aside)
            aside.rename(path.parent)

    disturber = threading.Thread(target=flicker)
    disturber.start()
    try:
        codes = {run(fresh, *verb).code for verb in [["render"], ["validate"], ["render", "--check"]] * 4}
    finally:
        ended.set()
        disturber.join()
    assert codes <= {0, 1, 2}
    good(fresh, "render")
    assert_no_half_file(fresh)

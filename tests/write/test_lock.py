from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from modelyard.write import LOCK_PATH, WriteError, write_lock
from tests.write.files import files_of, planned
from tests.write.processes import finish, start, wait_until_ready
from tests.write.worker import wanted


def test_two_runs_at_once_follow_one_another(tmp_path: Path) -> None:
    for generation in range(0, 6, 2):
        runs = [start("locked", tmp_path, generation + number) for number in range(2)]
        assert [finish(run) for run in runs] == [(0, "ready\n")] * 2
        assert files_of(tmp_path) in (wanted(generation), wanted(generation + 1))


def test_a_long_wait_is_told_once(tmp_path: Path) -> None:
    holder = start("hold-the-lock", tmp_path)
    wait_until_ready(holder)
    waiter = start("locked", tmp_path)
    assert waiter.stdout is not None
    message = waiter.stdout.readline()
    assert message.startswith("another run is writing to this repository")
    assert LOCK_PATH in message
    assert waiter.poll() is None
    holder.kill()  # a crash lets go of the lock too
    holder.communicate(timeout=60)
    assert finish(waiter) == (0, "ready\n")


def test_a_check_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    with write_lock(tmp_path):
        since = time.monotonic()
        assert len(planned(tmp_path, wanted(0)).pending) == len(wanted(0))
        assert time.monotonic() - since < 0.9


def test_a_temporary_file_of_a_live_run_is_no_drift(tmp_path: Path) -> None:
    rendered_path = tmp_path / "environments/dev/rendered/.modelyard-1-0.tmp"
    rendered_path.parent.mkdir(parents=True)
    rendered_path.write_bytes(b"half")
    made = planned(tmp_path, {})
    assert made.findings == ()
    assert made.pending == ()


def test_the_lock_is_let_go_at_the_end_and_after_an_error(tmp_path: Path) -> None:
    def fail_under_the_lock() -> None:
        with write_lock(tmp_path):
            raise RuntimeError("a bug under the lock")

    used = len(os.listdir("/dev/fd"))
    with pytest.raises(RuntimeError):
        fail_under_the_lock()
    assert finish(start("lock", tmp_path)) == (0, "ready\n")
    assert len(os.listdir("/dev/fd")) == used


def test_emptying_the_cache_while_somebody_waits(tmp_path: Path) -> None:
    holder = start("hold-the-lock", tmp_path)
    wait_until_ready(holder)
    waiter = start("hold-the-lock", tmp_path)
    time.sleep(0.3)  # it waits for the file that goes away now
    shutil.rmtree(tmp_path / ".cache")
    holder.kill()
    holder.communicate(timeout=60)
    wait_until_ready(waiter)
    assert (tmp_path / LOCK_PATH).exists()
    third = start("lock", tmp_path)
    time.sleep(0.3)
    assert third.poll() is None, "two runs hold the lock"
    waiter.kill()
    waiter.communicate(timeout=60)
    assert finish(third) == (0, "ready\n")


def test_a_file_where_the_cache_should_be(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_bytes(b"mine")
    with pytest.raises(WriteError) as caught, write_lock(tmp_path):
        pytest.fail("locked without a lock")
    assert caught.value.path == ".cache"
    assert "remove `.cache`" in caught.value.hint

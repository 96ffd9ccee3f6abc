"""`bench/serving` is honest: whole replies, real servers, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.servers import client
from bench.servers.contestants import Contestant, Launch
from bench.servers.payloads import (
    CONTRACT,
    LARGE,
    SMALL,
)
from bench.servers.running import CannotMeasure, cpu_of_session, served

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("--rounds", "1", "--requests", "20", "--seconds", "0.1", "--connections", "4", "--clients", "2")
REPLY = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\nhello"


@pytest.fixture
def pair() -> Iterator[tuple[client.Connection, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield client.Connection(ours, b"POST"), theirs


@given(cuts=st.lists(st.integers(1, len(REPLY) - 1), max_size=4, unique=True))
@settings(max_examples=40, deadline=None)
def test_a_reply_is_whole_however_it_comes(cuts: list[int]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = client.Connection(ours, b"POST")
        connection.send()
        ends = [*sorted(cuts), len(REPLY)]
        for start, end in zip([0, *ends], ends, strict=False):
            theirs.sendall(REPLY[start:end])
            assert connection.receive() is (end == len(REPLY))


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        REPLY + b"more",
    ],
    ids=["not-200", "no-length", "too-much"],
)
def test_any_other_reply_ends_the_measurement(
    pair: tuple[client.Connection, socket.socket], reply: bytes
) -> None:
    connection, server = pair
    server.sendall(reply)
    with pytest.raises(client.Unusable):
        connection.ask()


def test_a_server_that_hangs_up_ends_the_measurement(pair: tuple[client.Connection, socket.socket]) -> None:
    connection, server = pair
    server.shutdown(socket.SHUT_WR)
    with pytest.raises(client.Unusable, match="closed"):
        connection.ask()


def contestant(*argv: str) -> Contestant:
    return Contestant("it", "it", "it", CONTRACT, lambda python, port, folder: Launch((str(python), *argv)))


def test_a_server_that_ends_is_shown_with_its_last_words() -> None:
    broken = contestant("-c", "raise SystemExit('no model here')")
    with (
        pytest.raises(CannotMeasure, match=r"(?s)ended with 1 .*no model here"),
        served(broken, Path(sys.executable), SMALL),
    ):
        pytest.fail("it is not up")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux keeps such a record")
def test_cpu_is_that_of_the_session() -> None:
    busy = "import time\nwhile time.process_time() < 0.2: pass\nprint(flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-I", "-c", busy],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = cpu_of_session(process.pid)
        process.kill()
    assert found is not None
    assert 0.15 < found < 3
    assert cpu_of_session(process.pid) is None


def serving(tmp_path: Path, *arguments: str) -> list[str]:
    argv = [sys.executable, "-m", "bench.servers.main", "--python", sys.executable, *arguments]
    return [*argv, "--out", str(tmp_path / "page.md")]


ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'tools'}"}


def test_it_measures_real_servers(tmp_path: Path) -> None:
    only = ("--only", "bare-asyncio", "--only", "runtime-asyncio", "--only", "client")
    done = subprocess.run(
        serving(tmp_path, *QUICK, *only),
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr  # so few requests on a busy machine may say anything
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert page == done.stdout.removesuffix("\n")
    assert "| bare uvicorn, asyncio | " in page
    data = json.loads((tmp_path / "page.json").read_text(encoding="utf-8"))
    assert [(one["payload"], one["requests"]) for one in data["samples"]] == [
        *[(SMALL.name, 20)] * 3,
        *[(LARGE.name, 20)] * 3,
    ]
    assert all(one["rate"] > 0 and one["p50"] > 0 for one in data["samples"])
    assert {one["who"] for one in data["starts"]} == {"bare-asyncio", "runtime-asyncio", "client"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_of_a_run_that_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = subprocess.Popen(
        serving(tmp_path, "--seconds", "60", "--only", "bare-asyncio", "--only", "runtime-asyncio"),
        cwd=ROOT,
        env={**ENVIRONMENT, "TMPDIR": str(folder)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    killer = threading.Timer(60, process.kill)
    killer.start()
    try:
        assert process.stderr is not None
        process.stderr.readline()  # the first server has answered
        deadline = time.monotonic() + 20
        while len(list(folder.iterdir())) == 0 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        said = process.communicate()[1]
    finally:
        killer.cancel()
        process.kill()
        process.wait()
    assert process.returncode == 128 + number, said
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "page.md").exists()
    left = [path for path in Path("/proc").glob("[0-9]*/cwd") if _inside(path, folder)]
    assert left == []


def _inside(link: Path, folder: Path) -> bool:
    try:
        return str(folder) in os.readlink(link)
    except OSError:  # gone, or another user's
        return False

"""One server as a process group of its own: ready, asked, looked at, and gone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from bench.servers.contestants import Contestant
from bench.servers.payloads import Payload
from modelyard.engines.process import tail
from modelyard.running import memory
from modelyard.running.client import Client, Unanswered
from modelyard.running.ports import free_port
from modelyard.write.interrupts import HeldSignals

ADDRESS = "127.0.0.1"
_READY_SECONDS, _ANSWER_SECONDS, _GRACE = 120.0, 30.0, 5.0
_POLL = 0.005
_LOG_BYTES = 16 * 2**10


class CannotMeasure(Exception):
    """A server does not start, ends, or answers wrongly: its figures would mean nothing."""


class Served:
    """A server that is up. ``ready`` is the seconds from its start to its first right answer."""

    def __init__(self, contestant: Contestant, process: subprocess.Popen[bytes], log: IO[bytes], port: int):
        self.contestant = contestant
        self.process = process
        self.port = port
        self.ready = 0.0
        self._log = log

    def request(self, payload: Payload) -> bytes:
        return payload.request(self.contestant.dialect, f"{ADDRESS}:{self.port}")

    def wait(self, payload: Payload, began: float) -> None:
        """Until it gives the right answer. Raises CannotMeasure, or Different."""
        request = self.request(payload)
        while True:
            status, body = self._asked(request)
            if status == 200:
                self.ready = time.monotonic() - began
                payload.check(self.contestant.dialect, body)
                return
            if self.process.poll() is not None:
                raise self.failure(f"ended with {self.process.returncode} before it was ready")
            if time.monotonic() - began > _READY_SECONDS:
                raise self.failure(f"was not ready after {_READY_SECONDS:g} s; last: {status} {body[:200]!r}")
            time.sleep(_POLL)

    def check(self, payloads: Sequence[Payload]) -> None:
        """Raises CannotMeasure or Different unless it gives the right answer to each."""
        for payload in payloads:
            status, body = self._asked(self.request(payload))
            if status != 200:
                raise self.failure(f"answered {payload.name} with {status}: {body[:200]!r}")
            payload.check(self.contestant.dialect, body)

    def _asked(self, request: bytes) -> tuple[int, bytes]:
        """The status, 0 for no answer, and the body or why there is none."""
        client = Client(ADDRESS, self.port, _ANSWER_SECONDS)
        try:
            reply = client.ask(request)
        except Unanswered as error:
            return 0, str(error).encode()
        finally:
            client.close()
        return reply.status, reply.body

    def peak(self) -> int | None:
        """Bytes: the largest resident sets of its processes, added up. None where nothing tells."""
        found = memory.of_processes([self.process.pid])
        return found.memory if found else None

    def cpu(self) -> float | None:
        """Seconds that its processes have run, in user and kernel mode. None where nothing tells."""
        return cpu_of_session(self.process.pid)

    def failure(self, what: str) -> CannotMeasure:
        size = os.fstat(self._log.fileno()).st_size
        said = tail(os.pread(self._log.fileno(), _LOG_BYTES, max(0, size - _LOG_BYTES)), 20)
        return CannotMeasure(f"{self.contestant.name} {what}\n{said}".rstrip())


@contextlib.contextmanager
def served(contestant: Contestant, python: Path, payload: Payload) -> Iterator[Served]:
    """Starts it, waits until it answers, and leaves nothing of it, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="modelyard-bench-") as name, tempfile.TemporaryFile() as log:
        port = free_port()
        launch = contestant.launch(python, port, Path(name))
        # Nothing of the caller's shell but the way to its programs: servers read settings from everywhere.
        env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": name, "TMPDIR": name}
        server: Served | None = None
        try:
            with HeldSignals():  # a process that nobody knows of would outlive us
                began = time.monotonic()
                process = subprocess.Popen(
                    launch.argv,
                    cwd=name,
                    env={**env, **launch.variables},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                server = Served(contestant, process, log, port)
            server.wait(payload, began)
            yield server
        finally:
            if server is not None:
                _stop(server.process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Asks it to end, and then ends all that it started."""
    with HeldSignals():
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def cpu_of_session(session: int) -> float | None:
    """Seconds of CPU of the processes that are in it now, by ``/proc/<pid>/stat`` (proc(5)); Linux only."""
    ticks, found = 0, False
    for folder in memory.PROC.glob("[0-9]*"):
        try:
            # The name may hold spaces and brackets; what follows it begins with the third field.
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it is gone
            continue
        if int(words[3]) == session:
            ticks += int(words[11]) + int(words[12])
            found = True
    return ticks / os.sysconf("SC_CLK_TCK") if found else None

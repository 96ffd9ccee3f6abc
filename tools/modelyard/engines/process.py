"""One call of an engine's command line: bounded, in a process group of its own, and ended with us.

Its streams are files, since a pipe that nobody empties stops a process for good. Ctrl-C in a terminal goes to
us alone, because the process leads a session of its own; we then ask it to end (SIGTERM, so that it can put
away what it has mounted), wait, and kill the group.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from modelyard.engines.api import Done, EngineError, Stopped

GRACE = 10.0  # seconds that an engine gets to put its things away
LARGEST = 32 * 2**20  # bytes of one stream that are read
_FIRST_LOOK, _LAST_LOOK = 0.002, 0.05  # seconds between two looks at a process
_TAIL_LINES, _TAIL_BYTES = 30, 64 * 2**10


def call(
    command: Sequence[str],
    seconds: float,
    stop: threading.Event | None = None,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Done:
    """Runs a command without a shell and without input, and gives any exit code back.

    ``env`` is added to our own environment. With ``log`` both streams are appended to that file, and
    ``stdout`` and ``stderr`` of the answer are empty. Raises EngineError if it cannot start, or takes longer
    than ``seconds``; Stopped if ``stop`` was set.
    """
    started = time.monotonic()
    with contextlib.ExitStack() as files:
        out = files.enter_context(_stream(log))
        err = files.enter_context(_stream(None)) if log is None else out
        process = _start(command, env, out, err)
        try:
            _watch(process, command, started + seconds, seconds, stop)
        finally:
            _end(process)
        took = time.monotonic() - started
        if log is not None:
            return Done(process.returncode, b"", b"", took)
        return Done(process.returncode, _read(out), _read(err), took)


def answer(
    command: Sequence[str],
    seconds: float,
    stop: threading.Event | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """What a command prints; EngineError where it fails."""
    done = call(command, seconds, stop, env)
    if done.code != 0:
        raise EngineError(f"{shown(command)} {ending(done.code)}", tail(done.stderr or done.stdout))
    return done.stdout.decode("utf-8", "replace")


def shown(command: Sequence[str]) -> str:
    """The first words of a command, enough to know it by."""
    words = [Path(command[0]).name]
    for word in command[1:4]:
        if word.startswith("-") or "=" in word:
            break
        words.append(word)
    return " ".join(words)


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def tail(text: bytes, lines: int = _TAIL_LINES) -> str:
    """The last lines, without control characters: what an engine prints is not ours to trust."""
    last = text[-_TAIL_BYTES:].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    kept = [line.rstrip() for line in last.split("\n") if line.strip()][-lines:]
    return "\n".join("".join(one if one.isprintable() else " " for one in line) for line in kept)


def _stream(log: Path | None) -> AbstractContextManager[IO[bytes]]:
    return tempfile.TemporaryFile() if log is None else open(log, "ab")


def _start(
    command: Sequence[str], env: Mapping[str, str] | None, out: IO[bytes], err: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(f"{command[0]} cannot be started: {error.strerror}") from error


def _watch(
    process: subprocess.Popen[bytes],
    command: Sequence[str],
    until: float,
    seconds: float,
    stop: threading.Event | None,
) -> None:
    pause = _FIRST_LOOK
    while process.poll() is None:
        if stop is not None and stop.is_set():
            raise Stopped(f"{shown(command)} was stopped")
        if time.monotonic() > until:
            raise EngineError(f"{shown(command)} was not done after {seconds:.0f} s")
        time.sleep(pause)
        pause = min(pause * 1.5, _LAST_LOOK)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process group. What a process leaves running that ended by itself, it means to.

    Pressing Ctrl-C again meanwhile is answered afterwards.
    """
    from modelyard.write.interrupts import HeldSignals

    if process.returncode is not None and process.returncode >= 0:
        return
    with HeldSignals():
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a zombie
        os.killpg(process.pid, number)


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(LARGEST)

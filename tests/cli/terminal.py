"""A command on a terminal: both of its outputs, and what somebody types, go through a pty."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from pathlib import Path

from tests.cli.command import COMMAND, Outcome, environ


def on_terminal(
    root: Path, *arguments: str, typed: str = "", columns: int = 100, stdout: int | None = None, **more: str
) -> Outcome:
    """Runs a command on a terminal of so many columns; ``out`` is all that it shows there.

    ``typed`` is sent once something was shown. ``stdout`` is a descriptor that takes its place.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=root,
        env=environ(TERM="xterm", **more),
        stdin=theirs,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - these tests have no thread by then
    )
    os.close(theirs)
    shown = _all_of(ours, typed.encode())
    os.close(ours)
    return Outcome(process.wait(timeout=60), shown.decode().replace("\r\n", "\n"), "")


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that a typed Ctrl-C becomes a signal


def _all_of(terminal: int, typed: bytes) -> bytes:
    shown, until = b"", time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([terminal], [], [], 1)[0]:
            try:
                more = os.read(terminal, 65536)
            except OSError:  # Linux says EIO when the last writer has gone
                return shown
            if not more:
                return shown
            shown += more
            if typed:
                time.sleep(0.2)  # until it reads: a signal just before that is seen only after a line
                os.write(terminal, typed)
                typed = b""
    raise AssertionError(f"still running after a minute: {shown!r}")

"""Programs run to their end, with nothing of them left when this one is interrupted."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess

PATIENCE_S = 3  # how long an interrupted program may take to tidy up
TAIL_LINES = 12


def run(command: list[str], mutex: int) -> tuple[bool, str]:
    """Runs a command to its end; gives whether it succeeded and what it printed.

    It gets a process group of its own, so that an interrupt here stops all of it before the half-made
    environment is taken away, and it inherits ``mutex``, so that the lock lasts as long as it does.
    """
    # pip takes what it finds on PYTHONPATH for installed.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environ,
        pass_fds=(mutex,),
        process_group=0,
    ) as process:
        try:
            output, _ = process.communicate()
        except BaseException:
            stop(process)
            raise
    return process.returncode == 0, output.decode("utf-8", "replace")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Interrupts a process group, gives it a moment to tidy up, and ends it."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)


def tail(output: str) -> str:
    """The last lines of what an installer said, indented."""
    return "\n".join(f"    {line}" for line in output.rstrip().splitlines()[-TAIL_LINES:])

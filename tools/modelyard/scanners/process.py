"""One process of a scanner, watched to its end: time, memory and output are bounded, and nothing outlives it.

The process leads a session and a process group of its own. However it ends, the whole group is killed
before anybody looks at what it wrote, so no child of it survives or goes on writing. Its streams are
files, since a pipe that nobody empties stops a process for good.

Memory is what all processes of the session hold resident, as the kernel says in ``/proc``, looked at ten
times a second. Limits of the kernel were measured and are no use: under ``RLIMIT_AS`` programs in Go die
at the start (gitleaks reserves more than 4 GB of addresses and touches 60 MB), and ``RLIMIT_DATA`` holds
for each process and not for all of them, and ends them with exit codes that say nothing of memory. Where
there is no ``/proc`` (macOS), only time and output are bounded.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.scanners.api import Done
from modelyard.scanners.reports import LARGEST_OUTPUT, MIB, Unusable, read_bounded

_FIRST_LOOK, _LAST_LOOK = 0.005, 0.1  # seconds between two looks: short runs end soon, long ones cost little
_SHOWN = 300  # characters of what a failed scanner said
# Nothing listens there: whatever asks the network in spite of its flags gets an error at once.
_NO_NETWORK = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Limits:
    """``seconds`` from the start; ``memory`` in bytes, of all processes; ``output``: of each stream."""

    seconds: float
    memory: int
    output: int = LARGEST_OUTPUT


def neutral_environment(home: Path) -> dict[str, str]:
    """Variables of a process that shall know nothing of whoever runs it: no credentials, no configuration."""
    folders = {
        "HOME": home,
        "TMPDIR": home / "tmp",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NO_NETWORK)
    return {
        **{name: str(folder) for name, folder in folders.items()},
        **proxies,
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
    }


@dataclass(frozen=True)
class Place:
    """Where a process runs: ``folder`` is an empty one that is its own, for its streams and its home.

    ``work`` is its working folder, if not an empty one. ``stdin`` is a file, or nothing. ``more`` is added to
    its environment.
    """

    folder: Path
    work: Path | None = None
    stdin: Path | None = None
    more: Mapping[str, str] = field(default_factory=dict)


def run_process(
    command: list[str],
    place: Place,
    limits: Limits,
    accept: Collection[int] = (0,),
    stop: threading.Event | None = None,
) -> Done:
    """Runs a command and gives what it said.

    Raises Unusable: ``scanner-missing`` if it cannot be started, ``scanner-crashed`` for a signal or an exit
    code that is not accepted, ``scanner-timeout``, ``scanner-memory``, ``scanner-output`` for a flood.
    ``stop`` ends it early, as a crash.
    """
    environment = {**neutral_environment(place.folder / "home"), **place.more}
    work = place.work
    if work is None:
        work = place.folder / "work"
        work.mkdir()
    stdout, stderr = place.folder / "stdout", place.folder / "stderr"
    with open(place.stdin or os.devnull, "rb") as given, open(stdout, "wb") as out, open(stderr, "wb") as err:
        try:
            process = subprocess.Popen(
                command,
                cwd=work,
                env=environment,
                stdin=given,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except OSError as error:
            raise Unusable("scanner-missing", f"cannot be started: {error.strerror}") from error
        try:
            _watch(process, limits, (out.fileno(), err.fileno()), stop)
        finally:
            _end(process)
    said = read_bounded(stderr)
    if process.returncode not in accept:
        raise Unusable("scanner-crashed", f"{_ending(process.returncode)}{_tail(said, read_bounded(stdout))}")
    return Done(process.returncode, read_bounded(stdout), said)


def _watch(
    process: subprocess.Popen[bytes], limits: Limits, streams: tuple[int, int], stop: threading.Event | None
) -> None:
    """Gives back when the process has ended. Raises Unusable when it is over a bound; it then still runs."""
    until = time.monotonic() + limits.seconds
    pause = _FIRST_LOOK
    while process.poll() is None:
        if stop is not None and stop.is_set():
            raise Unusable("scanner-crashed", "was stopped")
        if time.monotonic() > until:
            raise Unusable("scanner-timeout", f"was not done after {limits.seconds:.0f} s")
        if any(os.fstat(stream).st_size > limits.output for stream in streams):
            raise Unusable("scanner-output", f"printed more than {limits.output // MIB} MiB")
        if (held := resident(process.pid)) > limits.memory:
            raise Unusable(
                "scanner-memory", f"held {held // MIB} MiB of memory, more than {limits.memory // MIB} MiB"
            )
        time.sleep(pause)
        pause = min(pause * 1.5, _LAST_LOOK)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills what is left of the process group, and takes note of how its leader ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a zombie
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def resident(session: int) -> int:
    """Bytes of memory that the processes of a session hold; 0 where the system does not say."""
    total = 0
    try:
        numbers = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return 0
    for number in numbers:
        # Whatever cannot be read has ended meanwhile, or belongs to somebody else and so not to us.
        with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{number}/stat", "rb") as file:
            # The second field is a name in parentheses that may hold anything, parentheses too.
            fields = file.read().rpartition(b")")[2].split()
            if int(fields[3]) == session:
                total += int(fields[21])
    return total * os.sysconf("SC_PAGE_SIZE")


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"was killed by {name}"


def _tail(stderr: bytes, stdout: bytes) -> str:
    """The end of what it said, on one line and without control characters."""
    text = (stderr.strip() or stdout.strip())[-4 * _SHOWN :].decode("utf-8", "replace")
    plain = "".join(one if one.isprintable() else " " for one in text)
    words = " ".join(plain.split())
    return f", saying: {words[-_SHOWN:]}" if words else ", saying nothing"

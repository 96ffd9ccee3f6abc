"""Guards a docker daemon of the tests: starts it, and takes it down when the tests end, however they end.

    python -m tests.support.containers.docker_guard '{"cache": ..., ...}'

It makes the folders, says in one line of JSON where they are once the daemon answers, and waits for the end
of its input. The kernel sees to that end even if the tests are killed. Then it stops the daemon and removes
everything. What a guard that was killed itself left behind, the next one removes.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.containers import settings
from tests.support.containers.opening import alone, remove
from tests.support.containers.registry import MORTAL

RUN, NOTE = "docker-run-", "note.json"
START_SECONDS, STOP_SECONDS = 30, 20
_ADD_BRIDGE, _REMOVE_BRIDGE, _SET_FLAGS = 0x89A0, 0x89A1, 0x8914  # linux/sockios.h


def guard(asked: Mapping[str, Any]) -> None:
    """Starts the daemon, says where it is, waits for the end of the input, and takes everything down."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # it ends when the tests do, and not before
    cache = Path(asked["cache"])
    with alone(cache):
        sweep(cache)
        folder = Path(tempfile.mkdtemp(prefix=RUN, dir=cache))
        note = (folder / NOTE).open("w")
        fcntl.flock(note, fcntl.LOCK_EX)
    short = Path(tempfile.mkdtemp(prefix="my-"))
    json.dump({"short": str(short)}, note)
    note.flush()
    process = None
    try:
        process = _start(folder, short, asked)
        reason = _wait(process, folder, short)
        print(
            json.dumps({"error": reason} if reason else {"folder": str(folder), "short": str(short)}),
            flush=True,
        )
        sys.stdin.read()
    finally:
        if process is not None:
            _stop(process)
        _clear(folder, short)


def sweep(cache: Path) -> None:
    """Removes what guards left that were killed themselves."""
    for folder in cache.glob(f"{RUN}*"):
        with contextlib.suppress(FileNotFoundError), (folder / NOTE).open("r") as note:
            try:
                fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # alive
            text = note.read()
            _clear(folder, Path(json.loads(text)["short"]) if text else folder)


def _start(folder: Path, short: Path, asked: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    short.chmod(0o711)
    for name in ("client/cli-plugins", "client/tmp"):
        (short / name).mkdir(parents=True)
        os.chown(short / name, *asked["owner"])
    os.chown(short / "client", *asked["owner"])
    (short / "client/cli-plugins/docker-buildx").symlink_to(asked["buildx"])
    most = settings.limits()["nofile"]
    document = {
        "data-root": str(folder / "data"),
        "exec-root": str(short / "exec"),
        "pidfile": str(short / "pid"),
        "hosts": [f"unix://{short}/docker.sock"],
        "group": str(asked["owner"][1]),
        "features": {"containerd-snapshotter": True},
        "registry-mirrors": [f"http://{asked['registry']}"],
        "bridge": _bridge(short),
        "iptables": False,
        "ip6tables": False,
        "ip-forward": False,
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "default-ulimits": {"nofile": {"Name": "nofile", "Soft": most, "Hard": most}},
    }
    _ask_kernel(_ADD_BRIDGE, _bridge(short).encode())
    config = folder / "daemon.json"
    config.write_text(json.dumps(document))
    environ = {"PATH": asked["path"], "HOME": str(short / "client"), "TMPDIR": str(short)}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*MORTAL, "dockerd", f"--config-file={config}"],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )


def _bridge(short: Path) -> str:
    """The name of the daemon's bridge: the one that it would make by itself may be another daemon's."""
    return f"my{hashlib.sha256(os.fsencode(short)).hexdigest()[:10]}"


def _ask_kernel(request: int, argument: bytes) -> None:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, request, argument)


def _wait(process: subprocess.Popen[bytes], folder: Path, short: Path) -> str:
    """Until the daemon answers; gives why it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if (short / "docker.sock").exists() and b"API listen on" in (folder / "log").read_bytes():
            return ""
        time.sleep(0.05)
    said = (folder / "log").read_text(errors="replace").strip().splitlines()
    return f"dockerd does not answer: {said[-1] if said else 'it says nothing'}"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _clear(folder: Path, short: Path) -> None:
    """Ends what still runs of a daemon, and removes its folders."""
    names = (os.fsencode(folder), os.fsencode(short))
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes()
            if int(entry.name) != os.getpid() and any(name in words for name in names):
                os.kill(int(entry.name), signal.SIGKILL)
    with contextlib.suppress(OSError):  # it was never made
        _ask_kernel(_SET_FLAGS, struct.pack("16sH14x", _bridge(short).encode(), 0))
        _ask_kernel(_REMOVE_BRIDGE, _bridge(short).encode())
    remove(folder)
    remove(short)


if __name__ == "__main__":
    guard(json.loads(sys.argv[1]))

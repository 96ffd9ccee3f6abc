"""Whether a port of this machine is free, and who has it if not."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from modelyard.running.errors import CannotRun

_LISTENS = "0A"
PROC = Path("/proc")


def require_free(port: int, owner: Callable[[], str] = lambda: "") -> None:
    """Raises CannotRun where something listens on the port; ``owner`` is asked first who that is."""
    with socket.socket() as probe:
        # As servers bind: connections of an earlier one that are not quite over are in nobody's way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CannotRun(f"port {port} needs privileges", "take one from 1024, or --port 0") from error
        except OSError as error:
            by = owner() or user_of(port)
            raise CannotRun(
                f"port {port} is in use{f' by {by}' if by else ''}", "--port 0 picks a free one"
            ) from error


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def user_of(port: int) -> str:
    """The program that listens on it, as ``python3 (process 123)``; "" where this system does not tell."""
    inodes = set(_listening(port))
    if not inodes:
        return ""
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for folder in PROC.glob("[0-9]*"):
        try:
            if any(os.readlink(link) in wanted for link in (folder / "fd").iterdir()):
                return f"{(folder / 'comm').read_text().strip()} (process {folder.name})"
        except OSError:  # gone, or another user's
            continue
    return ""


def _listening(port: int) -> Iterator[str]:
    for name in ("net/tcp", "net/tcp6"):
        try:
            lines = (PROC / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            if words[3] == _LISTENS and int(words[1].rpartition(":")[2], 16) == port:
                yield words[9]

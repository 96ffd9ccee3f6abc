"""The load generator: a process of its own that does as little for a request as Python can.

    python -I bench/servers/client.py <job.json

The job is one line of JSON, and so is the answer. It imports nothing of the repository. Of a reply it reads
the status and the length: whether the answer is right is checked before and after, by somebody else.
"""

from __future__ import annotations

import gc
import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass
from typing import Any

_READ = 256 * 2**10
_TURN, _FIRST = 50, 5
_LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: *([0-9]+)\r\n")


class Unusable(Exception):
    """A reply that means that nothing is measured here; the message says what came."""


def whole(data: bytes) -> int | None:
    """Bytes of the reply that begins like this; None while its head is not complete. Raises Unusable."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    match = _LENGTH.search(data, 0, end + 2)
    if not data.startswith(b"HTTP/1.1 200 ") or match is None:
        raise Unusable(f"the server answered {data[:300]!r}")
    return end + 4 + int(match[1])


@dataclass
class Connection:
    """One socket that is kept, and how much of a reply has come."""

    socket: socket.socket
    request: bytes
    data: bytes = b""
    come: int = 0
    length: int | None = None

    def send(self) -> None:
        self.data, self.come, self.length = b"", 0, None
        self.socket.sendall(self.request)

    def receive(self) -> bool:
        """Waits for more; True when the reply is complete. Raises Unusable."""
        data = self.socket.recv(_READ)
        if not data:
            raise Unusable("the server closed the connection")
        self.come += len(data)
        if self.length is None:
            self.data += data
            self.length = whole(self.data)
        if self.length is None or self.come < self.length:
            return False
        if self.come > self.length:
            raise Unusable("the server said more than it was asked")
        return True

    def ask(self) -> None:
        self.send()
        while not self.receive():
            pass


def connect(job: dict[str, Any], target: dict[str, Any]) -> Connection:
    made = socket.create_connection((job["address"], target["port"]))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Connection(made, target["request"].encode("ascii"))


def one_by_one(job: dict[str, Any]) -> dict[str, Any]:
    """Seconds of each request over one connection to each target: so many, or as many as take ``seconds``.

    The targets take turns of some dozen requests, so that what else the machine does meets all of them alike.
    The first ones of a turn are not counted: what the server needs has to come back into the caches.
    """
    connections = [connect(job, target) for target in job["targets"]]
    took: list[list[float]] = [[] for _ in connections]
    for connection in connections:
        for _ in range(job["warm"]):
            connection.ask()
    ends = time.perf_counter() + job["seconds"] * len(connections)
    while len(took[-1]) < job["requests"]:
        for connection, seconds in zip(connections, took, strict=True):
            _turn(connection, seconds, min(_TURN, job["requests"] - len(seconds)))
        if time.perf_counter() >= ends:
            break
    return {"took": took}


def _turn(connection: Connection, took: list[float], requests: int) -> None:
    for number in range(_FIRST + requests):
        began = time.perf_counter()
        connection.ask()
        seconds = time.perf_counter() - began
        if number >= _FIRST:
            took.append(seconds)


def at_once(job: dict[str, Any]) -> dict[str, Any]:
    """How many requests are answered in ``seconds`` over so many connections, each with one under way.

    ``busy`` is the share of that time that this process itself was running: near 1, it is the client that is
    measured, and not the server.
    """
    selector = selectors.DefaultSelector()
    for _ in range(job["connections"]):
        connection = connect(job, job["targets"][0])
        connection.ask()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    answered = 0
    began, ran = time.perf_counter(), time.process_time()
    for key in selector.get_map().values():
        key.data.send()
    ends = began + job["seconds"]
    while (now := time.perf_counter()) < ends:
        for key, _ in selector.select(ends - now):
            if key.data.receive():
                answered += 1
                key.data.send()
    seconds = time.perf_counter() - began
    return {"answered": answered, "seconds": seconds, "busy": (time.process_time() - ran) / seconds}


def main() -> int:
    job = json.loads(sys.stdin.readline())
    gc.disable()  # a collection would be a slow request of ours
    try:
        print(json.dumps(one_by_one(job) if job["mode"] == "one by one" else at_once(job)))
    except (Unusable, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

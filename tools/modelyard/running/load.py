"""A bounded load: a few connections that each send the next request when they have the answer to the last."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from dataclasses import dataclass

from modelyard.running.wire import NotHttp, ReplyReader

_READ = 256 * 2**10
# A server that only fails is not asked for the whole time.
_FAILURES_IN_A_ROW = 20


@dataclass(frozen=True)
class Load:
    """``answered`` requests with status 2xx in ``seconds``, and ``failed`` ones, over so many connections."""

    connections: int
    seconds: float
    answered: int
    failed: int

    @property
    def rate(self) -> float:
        """Requests per second that were answered."""
        return self.answered / self.seconds if self.seconds > 0 else 0.0


class _Connection:
    """One socket: a request on its way out, or an answer on its way in."""

    def __init__(self, target: tuple[str, int], request: bytes) -> None:
        self.request = request
        self.left = memoryview(request)
        self.reader = ReplyReader()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(BlockingIOError):
            self.socket.connect(target)

    def again(self) -> None:
        """Makes it ready for the next request."""
        self.left = memoryview(self.request)
        self.reader = ReplyReader()

    def write(self) -> bool:
        """True when all of the request is out."""
        with contextlib.suppress(BlockingIOError):
            self.left = self.left[self.socket.send(self.left) :]
        return not self.left

    def read(self) -> tuple[int, bool] | None:
        """The status and whether the connection is at its end; None while the answer is not complete."""
        try:
            data = self.socket.recv(_READ)
        except BlockingIOError:
            return None
        reply = self.reader.feed(data) if data else self.reader.end()
        return None if reply is None else (reply.status, reply.closes)


class _Run:
    """The connections of one load, and what has come of them."""

    def __init__(self, target: tuple[str, int], request: bytes) -> None:
        self.target = target
        self.request = request
        self.selector = selectors.DefaultSelector()
        self.answered = self.failed = self.in_a_row = 0

    def open(self) -> None:
        try:
            connection = _Connection(self.target, self.request)
        except OSError:
            self._failure()
            return
        self.selector.register(connection.socket, selectors.EVENT_WRITE, connection)

    def handle(self, connection: _Connection, events: int) -> None:
        """Moves one connection on; one that broke is replaced."""
        try:
            if events & selectors.EVENT_WRITE:
                if connection.write():
                    self.selector.modify(connection.socket, selectors.EVENT_READ, connection)
                return
            found = connection.read()
        except (OSError, NotHttp):
            self._failure()
            self._replace(connection)
            return
        if found is None:
            return
        status, closes = found
        if 200 <= status < 300:
            self.answered += 1
            self.in_a_row = 0
        else:
            self._failure()
        if closes:
            self._replace(connection)
        else:
            self._next(connection)

    def _next(self, connection: _Connection) -> None:
        """Writes at once, since the buffer of a quiet socket is empty: one turn of the loop less."""
        connection.again()
        try:
            if not connection.write():
                self.selector.modify(connection.socket, selectors.EVENT_WRITE, connection)
        except OSError:
            self._failure()
            self._replace(connection)

    def _failure(self) -> None:
        self.failed += 1
        self.in_a_row += 1

    def _replace(self, connection: _Connection) -> None:
        self.selector.unregister(connection.socket)
        connection.socket.close()
        if self.in_a_row < _FAILURES_IN_A_ROW:
            self.open()

    def close(self) -> None:
        for key in list(self.selector.get_map().values()):
            key.data.socket.close()
        self.selector.close()


def load(address: str, port: int, request: bytes, connections: int, seconds: float) -> Load:
    """Loads a server for so long; what is under way at the end counts as neither answered nor failed."""
    run = _Run((address, port), request)
    try:
        began = time.monotonic()
        for _ in range(connections):
            run.open()
        while run.in_a_row < _FAILURES_IN_A_ROW and run.selector.get_map():
            left = began + seconds - time.monotonic()
            if left <= 0:
                break
            for key, events in run.selector.select(left):
                run.handle(key.data, events)
        return Load(connections, time.monotonic() - began, run.answered, run.failed)
    finally:
        run.close()

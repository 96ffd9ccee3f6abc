"""A client with one connection, which it keeps: what a load balancer beside the model would see."""

from __future__ import annotations

import contextlib
import socket
import time

from modelyard.running.wire import NotHttp, Reply, ReplyReader

_READ = 256 * 2**10


class Unanswered(Exception):
    """There was no answer; the message says what there was instead, to follow ``it``."""


class TooSlow(Unanswered):
    """There was none in time."""


class Client:
    """Asks one server, one request after the other. ``seconds`` is what an answer may take, all in all."""

    def __init__(self, address: str, port: int, seconds: float) -> None:
        self._target = (address, port)
        self._seconds = seconds
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> Reply:
        """Sends the request and waits for its answer; raises Unanswered."""
        deadline = time.monotonic() + self._seconds
        kept = self._socket is not None
        try:
            try:
                return self._ask(request, deadline)
            except _HungUp:
                # A server may end a connection that has been quiet; then nothing was read of the request.
                if not kept:
                    raise
                self.close()
                return self._ask(request, deadline)
        except _HungUp as error:
            self.close()
            raise Unanswered("closed the connection without an answer") from error
        except TimeoutError as error:
            self.close()
            raise TooSlow(f"gave no answer within {self._seconds:g} s") from error
        except NotHttp as error:
            self.close()
            raise Unanswered(f"gave no proper HTTP answer: {error}") from error
        except OSError as error:
            self.close()
            raise Unanswered(f"could not be reached: {error.strerror or error}") from error
        except BaseException:  # the rest of an answer must not be read as the next one
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, request: bytes, deadline: float) -> Reply:
        connection = self._connected(deadline)
        # It may have answered before it hung up, as a server does that finds the body too large.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        reader, silent = ReplyReader(), True
        while True:
            connection.settimeout(_left(deadline))
            data = _received(connection, silent)
            reply = reader.feed(data) if data else reader.end()
            silent = False
            if reply is not None:
                if reply.closes:
                    self.close()
                return reply

    def _connected(self, deadline: float) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self._target, timeout=_left(deadline))
            with contextlib.suppress(OSError):  # it only saves time
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(_left(deadline))
        return self._socket


class _HungUp(Exception):
    """The server closed the connection before the first byte of an answer."""


def _received(connection: socket.socket, silent: bool) -> bytes:
    """What came; nothing at its end. Raises _HungUp where that is also the beginning."""
    try:
        data = connection.recv(_READ)
    except ConnectionResetError as error:
        if silent:
            raise _HungUp from error
        raise
    if not data and silent:
        raise _HungUp
    return data


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

"""Uvicorn's HTTP/1.1 protocol with the limits it lacks: time and size of headers, time of a body,
connections.

llhttp, the parser below, puts no bound on headers, and Uvicorn none on the time a request may take to arrive:
a few thousand connections that send a byte a minute would hold all descriptors (a "slow loris").
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, cast

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from modelyard_server.head import request_id
from modelyard_server.onewrite import OneWrite

_MAX_HEADER_LINES = 128
_MAX_PIPELINED = 16
_FRAMING_PER_BYTE = 16
"""A chunk of one byte takes six on the wire; more than this for each byte is padding that only costs us."""
_REQUEST_LINE = 512
"""Bytes of a head beside names and values, roughly: method, version, colons, line ends."""
_FLUSH_SECONDS = 5.0
_OFFER = frozenset({b"upgrade", b"http2-settings"})
_REASONS = {
    400: "this is no HTTP/1.1 request",
    408: "the request took too long to arrive",
    429: "too many requests are pipelined",
    431: "the headers are too large",
    503: "there are too many connections",
}


@dataclass(frozen=True)
class Limits:
    """Of one connection; seconds and bytes."""

    max_connections: int
    max_headers: int
    header_timeout: float
    body_timeout: float
    refused: Callable[[int], None]
    """Told the status of each answer that is given here, and so is never the application's."""


class _Phase(Enum):
    IDLE = "between requests"
    HEAD = "in a request's headers"
    BODY = "in a request's body"


def guarded(limits: Limits) -> type[GuardedProtocol]:
    """The protocol class with these limits; Uvicorn wants a class."""
    return type("Protocol", (GuardedProtocol,), {"limits": limits})


class GuardedProtocol(HttpToolsProtocol):
    """Keeps count of what arrives. A request that comes whole, in one piece, costs two comparisons."""

    limits: ClassVar[Limits]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._out = OneWrite(transport)
        super().connection_made(cast(asyncio.Transport, self._out))
        self._phase = _Phase.IDLE
        self._raw = 0
        self._body = 0
        self._refused = False
        self._offered = False
        self._deadline: asyncio.TimerHandle | None = None
        self._deadline_of = _Phase.IDLE
        if len(self.connections) > self.limits.max_connections:
            self._refuse(503)
        else:
            self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._raw += len(data)
        self._unset_keepalive_if_required()
        self._feed(data)
        if self._phase is not _Phase.IDLE:
            self._unfinished()
        elif self._answering():
            self._disarm()
            self._raw = self._body = 0
        elif self._deadline is None and not self.transport.is_closing():
            self._arm()  # bytes that begin no request, such as empty lines: no keep-alive timer runs any more

    def _feed(self, data: bytes) -> None:
        """Parse. A request that offers another protocol is answered in this one, as RFC 9110, 7.8, allows:
        Java's client offers HTTP/2 with every first request. The parser stops at such a head and would take
        the body for the next request, so it starts anew with a head that offers nothing.
        """
        while not self._refused:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as stop:
                data = self._head_without_offer() + data[stop.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            except httptools.HttpParserError:
                self._refuse(400)
            else:
                return

    def _head_without_offer(self) -> bytes:
        """The request's head as it came, less the headers that are only about this connection."""
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        for name, value in self.headers:
            if name == b"connection":
                options = [option.strip() for option in value.split(b",")]
                value = b", ".join(option for option in options if option.lower() not in _OFFER)
            if name not in _OFFER:
                lines.append(name + b": " + value)
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._phase = _Phase.HEAD
        self._offered = False

    def on_headers_complete(self) -> None:
        if self._refused:
            return
        if len(self.headers) > _MAX_HEADER_LINES or self._headers_too_large():
            self._refuse(431)
        elif len(self.pipeline) >= _MAX_PIPELINED:
            self._refuse(429)
        elif self.parser.get_method() == b"CONNECT":
            self._refuse(400)
        elif self.parser.should_upgrade():
            self._offered = True
        else:
            super().on_headers_complete()
            self._phase = _Phase.BODY

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            self._body += len(body)
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not (self._refused or self._offered):
            self._phase = _Phase.IDLE
            super().on_message_complete()

    def on_response_complete(self) -> None:
        self._out.flush()
        super().on_response_complete()
        if self.transport.is_closing():  # close() waits for a caller who may never read what is left to send
            self.loop.call_later(_FLUSH_SECONDS, self.transport.abort)

    def timeout_keep_alive_handler(self) -> None:
        """As Uvicorn's, but also when the answer is still unsent: nobody has read it for the whole time."""
        super().timeout_keep_alive_handler()
        self.transport.abort()

    def _headers_too_large(self) -> bool:
        """Adds up only if so much has come at all, which is next to never."""
        if self._raw <= self.limits.max_headers:
            return False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        return size > self.limits.max_headers

    def _unfinished(self) -> None:
        """A request has come in part: watch its size, and the time that the rest may take."""
        padding = self._raw - (1 + _FRAMING_PER_BYTE) * self._body
        if padding > self.limits.max_headers + _REQUEST_LINE:
            self._refuse(431)
        elif self._deadline is None or self._deadline_of is not self._phase:
            self._arm()

    def _arm(self) -> None:
        self._disarm()
        in_body = self._phase is _Phase.BODY
        self._deadline_of = self._phase
        seconds = self.limits.body_timeout if in_body else self.limits.header_timeout
        self._deadline = self.loop.call_later(seconds, self._late)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        if self._phase is _Phase.IDLE:
            self._refused = True
            self.transport.close()
        else:
            if self._phase is _Phase.BODY:
                state: Any = self.scope
                state["modelyard.late"] = True  # for the log: it was we who ended the connection
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        """End the connection with a bare answer, or with none where another answer is under way on it."""
        if self._refused:
            return
        self._refused = True
        self._disarm()
        self.limits.refused(status)
        number = request_id({})
        self.logger.warning("connection refused with status %d (request %s)", status, number)
        # A body that is late or broken belongs to the request under way: the answer to that one may be this.
        own = status in {400, 408} and self._phase is _Phase.BODY and not self.pipeline
        if self._answering() and not (own and not self.cycle.response_started):
            self.transport.abort()
            return
        self.transport.write(_bare(status, number))
        self.transport.close()
        self.loop.call_later(_FLUSH_SECONDS, self.transport.abort)

    def _answering(self) -> bool:
        """Whether a request has been handed to the application and not been answered to the end."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete


def _bare(status: int, number: str) -> bytes:
    """An answer of the connection's own, in the form that all errors have."""
    body = orjson.dumps({"error": _REASONS[status], "request_id": number})
    head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n" % len(body)
    retry = b"retry-after: 1\r\n" if status == 503 else b""
    return STATUS_LINE[status] + head + retry + b"\r\n" + body

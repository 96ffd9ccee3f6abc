"""What a registry may do wrong, each as a value that ``OciRegistry.fault`` takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import Protocol


@dataclass(frozen=True)
class Answer:
    """A response that is not sent yet."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **more: str) -> Answer:
        """With these headers added or replaced; ``_`` in a name stands for ``-``."""
        added = {name.replace("_", "-"): value for name, value in more.items()}
        return replace(self, headers={**self.headers, **added})

    def send(self, handler: BaseHTTPRequestHandler, length: int | None = None) -> None:
        """Sends it; ``length`` is a Content-Length that may be a lie."""
        self.send_head(handler, length)
        if handler.command != "HEAD":
            handler.wfile.write(self.body)

    def send_head(self, handler: BaseHTTPRequestHandler, length: int | None = None) -> None:
        handler.send_response(self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        if length is None or length >= 0:
            handler.send_header("Content-Length", str(len(self.body) if length is None else length))
        handler.end_headers()


class Fault(Protocol):
    """Sends something else than ``answer``, which is what a good registry would say."""

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None: ...


@dataclass(frozen=True)
class Status:
    """Another status, with the error body of the distribution API. ``body`` takes its place if given."""

    code: int
    retry_after: str | None = None
    body: bytes | None = None

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        said = b'{"errors":[{"code":"UNKNOWN","message":"as the test wants it"}]}'
        headers = {"Content-Type": "application/json"}
        if self.retry_after is not None:
            headers["Retry-After"] = self.retry_after
        Answer(self.code, said if self.body is None else self.body, headers).send(handler)


@dataclass(frozen=True)
class Slow:
    """The right answer after ``delay`` seconds."""

    delay: float

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        time.sleep(self.delay)
        answer.send(handler)


@dataclass(frozen=True)
class Drip:
    """The right answer, one byte each ``interval`` seconds: no read ever waits long, and it never ends."""

    interval: float

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        answer.send_head(handler)
        for index in range(len(answer.body)):
            handler.wfile.write(answer.body[index : index + 1])
            handler.wfile.flush()
            time.sleep(self.interval)


@dataclass(frozen=True)
class Lie:
    """Another body than the digest says; without ``body`` the right one with a space behind it."""

    body: bytes | None = None

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        replace(answer, body=answer.body + b" " if self.body is None else self.body).send(handler)


@dataclass(frozen=True)
class Header:
    """The right body with another header (Content-Type, Docker-Content-Digest ...)."""

    name: str
    value: str

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        kept = {name: value for name, value in answer.headers.items() if name.lower() != self.name.lower()}
        replace(answer, headers={**kept, self.name: self.value}).send(handler)


@dataclass(frozen=True)
class Truncated:
    """The connection ends in the middle of the body that Content-Length promised."""

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        half = answer.body[: len(answer.body) // 2]
        replace(answer, body=half).send(handler, len(answer.body))
        handler.close_connection = True


@dataclass(frozen=True)
class Endless:
    """A body that never ends, with no length said; ``chunk`` bytes at a time until the reader goes away."""

    chunk: int = 65536

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        answer.send_head(handler, -1)
        handler.close_connection = True
        while True:
            handler.wfile.write(b" " * self.chunk)


@dataclass(frozen=True)
class Announced:
    """A Content-Length of ``length`` bytes, and none of them: what a reader must refuse before it reads."""

    length: int

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        replace(answer, body=b"").send(handler, self.length)
        handler.close_connection = True


@dataclass(frozen=True)
class Redirect:
    """A redirect to ``location``; without one to the same path again, so that it never ends."""

    location: str | None = None
    code: int = 307

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        Answer(self.code, b"", {"Location": self.location or handler.path}).send(handler)


@dataclass(frozen=True)
class HangUp:
    """The connection is closed without a word."""

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.close_connection = True


@dataclass(frozen=True)
class Garbage:
    """Bytes that are not HTTP."""

    data: bytes = b"SSH-2.0-OpenSSH_9.2\r\n"

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.wfile.write(self.data)
        handler.close_connection = True

"""HTTP/1.1 as bytes: a request that is made once and sent often, and the reading of replies.

Nothing here has a socket, so that the client that waits and the one that loads a server share it.
The format: https://www.rfc-editor.org/rfc/rfc9112.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LARGEST_HEAD = 64 * 2**10
LARGEST_BODY = 256 * 2**20
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: [^\r\n]*)?")
_NEW_LINE = b"\r\n"


class NotHttp(Exception):
    """What came back is no reply of HTTP/1.1, or is too large for one; the message says where."""


@dataclass(frozen=True)
class Reply:
    """An answer. ``headers`` have lower-case names. ``closes``: the connection cannot be used again."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    closes: bool


def request(method: str, path: str, host: str, body: bytes = b"", content_type: str = "") -> bytes:
    """The bytes of one request, which keeps its connection."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Accept: */*", "User-Agent: modelyard"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


class ReplyReader:
    """Takes bytes as they come; raises NotHttp for what is none of HTTP's."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._head: _Head | None = None
        self._chunks = _Chunks()

    def feed(self, data: bytes) -> Reply | None:
        """The reply, once it is complete."""
        self._data += data
        while self._head is None:
            if not self._read_head():
                return None
        return self._read_body(self._head)

    def end(self) -> Reply:
        """The reply of a server that says where it ends by hanging up."""
        head = self._head
        if head is None or head.length is not None or head.chunked:
            raise NotHttp("the connection was closed in the middle of the answer")
        return Reply(head.status, head.headers, bytes(self._data), True)

    def _read_head(self) -> bool:
        """True when a head was read; one of 1xx is only a sign of life."""
        end = self._data.find(_NEW_LINE * 2)
        if end < 0:
            if len(self._data) > LARGEST_HEAD:
                raise NotHttp(f"its head is larger than {LARGEST_HEAD // 1024} KiB")
            return False
        head = _head(bytes(self._data[:end]))
        del self._data[: end + 4]
        if head.status >= 200:
            self._head = head
        return True

    def _read_body(self, head: _Head) -> Reply | None:
        if len(self._data) > LARGEST_BODY:
            raise NotHttp(f"its body is larger than {LARGEST_BODY // 2**20} MiB")
        if head.chunked:
            done = self._chunks.take(self._data)
            return self._reply(head, bytes(self._chunks.body)) if done else None
        if head.length is None or len(self._data) < head.length:
            return None
        body = bytes(self._data[: head.length])
        del self._data[: head.length]
        return self._reply(head, body)

    def _reply(self, head: _Head, body: bytes) -> Reply:
        # Bytes that nobody asked for: what follows on this connection could be taken for the next answer.
        return Reply(head.status, head.headers, body, head.closes or bool(self._data))


@dataclass(frozen=True)
class _Head:
    status: int
    headers: Mapping[str, str]
    length: int | None
    chunked: bool
    closes: bool


def _head(data: bytes) -> _Head:
    first, *lines = data.split(_NEW_LINE)
    match = _STATUS.fullmatch(first)
    if match is None:
        raise NotHttp(f"it begins with {first[:60]!r}")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise NotHttp(f"{line[:60]!r} is no header")
        key = name.strip().lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    status = int(match[2])
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    length = 0 if status in (204, 304) else _length(headers)
    connection = headers.get("connection", "").lower()
    old = match[1] == b"0" and "keep-alive" not in connection
    closes = "close" in connection or old or (length is None and not chunked)
    return _Head(status, headers, length, chunked and status not in (204, 304), closes)


def _length(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()) or int(text) > LARGEST_BODY:
        raise NotHttp(f"its Content-Length is {text[:40]!r}")
    return int(text)


class _Chunks:
    """The body of a reply in chunks, each behind its length, and the trailers that nobody reads."""

    def __init__(self) -> None:
        self.body = bytearray()
        self._last = False

    def take(self, data: bytearray) -> bool:
        """Takes whole chunks from the front of ``data``; True after the last of them."""
        while not self._last:
            end = data.find(_NEW_LINE)
            if end < 0:
                return False
            size = _chunk_size(bytes(data[:end]))
            if len(self.body) + size > LARGEST_BODY:
                raise NotHttp(f"its body is larger than {LARGEST_BODY // 2**20} MiB")
            if size == 0:
                del data[: end + 2]
                self._last = True
            elif len(data) < end + 2 + size + 2:
                return False
            else:
                self.body += data[end + 2 : end + 2 + size]
                if data[end + 2 + size : end + 4 + size] != _NEW_LINE:
                    raise NotHttp("a chunk is longer than it says")
                del data[: end + 4 + size]
        return self._trailers(data)

    def _trailers(self, data: bytearray) -> bool:
        while (end := data.find(_NEW_LINE)) >= 0:
            del data[: end + 2]
            if end == 0:
                return True
        return False


def _chunk_size(line: bytes) -> int:
    text = line.partition(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", text):
        raise NotHttp(f"{line[:40]!r} is no length of a chunk")
    return int(text, 16)

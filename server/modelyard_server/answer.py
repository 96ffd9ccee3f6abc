"""An HTTP answer, and how it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson

from modelyard_server.body import Receive
from modelyard_server.errors import NotAllowed, RequestError

Send = Callable[[Any], Awaitable[None]]

_LINGER_SECONDS = 2.0
_LINGER_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Answer:
    """Status, body and headers. `close` ends the connection afterwards; `unread`: the caller may be sending
    still.
    """

    status: int
    body: bytes = b""
    media: str = ""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    close: bool = False
    unread: bool = False


def as_json(status: int, value: object) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, orjson.dumps(value), "application/json")


def of_error(error: RequestError, number: str) -> Answer:
    """What the caller may know of an error: the status, one sentence, and the id that is in the log."""
    headers: list[tuple[bytes, bytes]] = []
    if error.retry_after is not None:
        headers.append((b"retry-after", str(error.retry_after).encode()))
    if isinstance(error, NotAllowed):
        headers.append((b"allow", error.allow.encode()))
    body = orjson.dumps({"error": error.message, "request_id": number})
    return Answer(error.status, body, "application/json", tuple(headers), error.close, error.close)


async def deliver(answer: Answer, number: str, receive: Receive, send: Send) -> None:
    """Send an answer. Before a connection is closed on a caller who still sends, the rest is read and thrown
    away for a moment: the kernel would otherwise reset the connection, and the caller never see why.
    """
    headers = [(b"content-length", str(len(answer.body)).encode()), (b"x-request-id", number.encode())]
    if answer.media:
        headers.append((b"content-type", answer.media.encode("latin-1")))
    headers.extend(answer.headers)
    if answer.close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.unread:
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        await _read_away(receive)
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": answer.body})


async def _read_away(receive: Receive) -> None:
    seen = 0
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            more = True
            while more and seen < _LINGER_BYTES:
                message = await receive()
                seen += len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        return  # long enough: the connection is closed now

"""Reads a request's body, with a limit for each and a limit for all together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from modelyard_server.errors import RequestError

Receive = Callable[[], Awaitable[Any]]


class ClientGone(Exception):
    """The connection ended, or was too slow and was ended, before the body was complete."""


class BodyReader:
    """Counts the bytes of all bodies that came in more than one piece; those of one piece are small."""

    def __init__(self, max_body: int, max_buffered: int) -> None:
        self._max_body = max_body
        self._max_buffered = max_buffered
        self.buffered = 0
        """Bytes held now. Whoever read a body gives them back with `release` after the answer."""

    async def read(self, receive: Receive, declared: int) -> tuple[bytes, int]:
        """The body, and the bytes to `release`.

        Raises:
            RequestError: 413 if it is too large (before reading, where its length is declared), 503 if too
                many large bodies are held already.
            ClientGone: if it never becomes complete.
        """
        if declared > self._max_body:
            raise self._too_large(close=True)
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGone
        body: bytes = message["body"]
        if len(body) > self._max_body:
            raise self._too_large(close=message["more_body"])
        if not message["more_body"]:
            return body, 0
        return await self._read_on(receive, [body])

    def release(self, count: int) -> None:
        """Give bytes back."""
        self.buffered -= count

    async def _read_on(self, receive: Receive, chunks: list[bytes]) -> tuple[bytes, int]:
        held = len(chunks[0])
        self.buffered += held
        try:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise ClientGone
                chunk: bytes = message["body"]
                chunks.append(chunk)
                held += len(chunk)
                self.buffered += len(chunk)
                more: bool = message["more_body"]
                if held > self._max_body:
                    raise self._too_large(close=more)
                if self.buffered > self._max_buffered:
                    raise RequestError(
                        503, "too many large requests are under way", retry_after=1, close=more
                    )
                if not more:
                    return b"".join(chunks), held
        except BaseException:
            self.buffered -= held
            raise

    def _too_large(self, *, close: bool) -> RequestError:
        return RequestError(413, f"the body is larger than {self._max_body} bytes", close=close)

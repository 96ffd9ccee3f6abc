"""Sends an answer's head together with its body.

Uvicorn writes them one after the other, which is two system calls and, on a fast network, two packets. For a
small answer that is a tenth of all the time it takes.
"""

from __future__ import annotations

import asyncio
from typing import Any

_HEAD = b"HTTP/1.1 "
_INTERIM = b"HTTP/1.1 1"
_SMALL = 64 * 1024
"""Bytes. To join a larger body costs more than the call it saves."""


class OneWrite:
    """A transport that holds the head of an answer back until the next write, or the end."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write now, unless it is a head, which a body follows, or `flush`. What comes after the end of the
        connection is dropped: asyncio does that itself, uvloop raises.
        """
        if self._transport.is_closing():
            self._held = b""
        elif self._held:
            held, self._held = self._held, b""
            if len(data) <= _SMALL:
                self._transport.write(held + data)
            else:
                self._transport.write(held)
                self._transport.write(data)
        elif data.startswith(_HEAD) and not data.startswith(_INTERIM):
            self._held = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Write what is held: the answer to a HEAD request has no body."""
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held)

    def is_closing(self) -> bool:
        """As the transport; here because it is asked for every request."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Write what is held, then close."""
        self.flush()
        self._transport.close()

"""A connection that ends in time whatever the other side does: each byte counts against one deadline."""

from __future__ import annotations

import base64
import io
import socket
import ssl
from collections.abc import Mapping
from typing import cast
from urllib.parse import unquote, urlsplit

from modelyard.oci.limits import Deadline

_PROXY_HEAD = 16384  # bytes


class TimedSocket:
    """As much of a socket as ``http.client`` needs. A peer that sends a byte a second cannot outlast it."""

    def __init__(self, inner: socket.socket, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._inner.settimeout(self._deadline.remaining())
        self._inner.sendall(data)

    def receive(self, buffer: memoryview) -> int:
        self._inner.settimeout(self._deadline.remaining())
        return self._inner.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Received(self))

    def close(self) -> None:
        """``http.client`` closes before the body is read; who opened it closes it in the end."""

    def as_socket(self) -> socket.socket:
        return cast(socket.socket, self)


class _Received(io.RawIOBase):
    def __init__(self, source: TimedSocket) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        return self._source.receive(cast(memoryview, buffer))


def connect(
    host: str, port: int, proxy: str | None, context: ssl.SSLContext | None, deadline: Deadline
) -> socket.socket:
    """An open connection, with TLS where there is a ``context``; through ``proxy`` (a URL) by CONNECT then.

    Raises OSError (TimeoutError and ssl.SSLError are), and ValueError where the proxy is of no known kind.
    """
    if proxy is None:
        inner = socket.create_connection((host, port), timeout=deadline.remaining())
    else:
        inner = socket.create_connection(proxy_address(proxy), timeout=deadline.remaining())
    try:
        inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is None:
            return inner
        if proxy is not None:
            _tunnel(TimedSocket(inner, deadline), host, port, proxy)
        inner.settimeout(deadline.remaining())
        return context.wrap_socket(inner, server_hostname=host)
    except BaseException:
        inner.close()
        raise


def proxy_address(proxy: str) -> tuple[str, int]:
    """Host and port of a proxy's URL. Raises ValueError without repeating it: it may hold a password."""
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("the proxy of the environment is not of the form http://host:port")
    return parts.hostname, parts.port or 80


def proxy_headers(proxy: str) -> Mapping[str, str]:
    """What tells the proxy who asks, where its URL says it."""
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def _tunnel(through: TimedSocket, host: str, port: int, proxy: str) -> None:
    target = f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    lines += [f"{name}: {value}" for name, value in proxy_headers(proxy).items()]
    through.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = b""
    byte = bytearray(1)
    # Byte by byte: what follows the head is TLS, and belongs to somebody else.
    while not head.endswith(b"\r\n\r\n"):
        if len(head) >= _PROXY_HEAD or not through.receive(memoryview(byte)):
            raise ConnectionError("the proxy gave no proper answer")
        head += byte
    status = head.split(b" ", 2)[1:2]
    if status != [b"200"]:
        raise ConnectionError(
            f"the proxy refuses: {status[0][:3].decode('latin-1') if status else 'nothing'}"
        )

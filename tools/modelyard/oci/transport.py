"""One HTTP request and its whole answer, with bounded time and bounded bytes. It follows no redirect."""

from __future__ import annotations

import http.client
import ipaddress
import re
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Protocol
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from modelyard import __version__
from modelyard.oci.errors import Malformed, TimedOut, TooLarge, Unavailable
from modelyard.oci.limits import Deadline, Limits
from modelyard.oci.wire import TimedSocket, connect, proxy_headers

_URL = re.compile(r"https?://[\x21-\x7e]{1,8000}")
_CHUNK = 65536


class Sink(Protocol):
    """Takes a body that is too large to hold, from its first byte again after ``restart``."""

    def restart(self) -> None: ...

    def write(self, data: bytes, /) -> None: ...


@dataclass(frozen=True)
class Request:
    """``url`` came through ``Transport.checked`` or was made by ``Transport.base``.

    The body of a good answer goes to ``into`` where it is given, and is empty in the response then.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    into: Sink | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Response:
    status: int
    headers: Message
    body: bytes = field(repr=False)


class Transport:
    """Speaks HTTPS; plain HTTP only to loopback and to the hosts in ``insecure``, where they speak no TLS.

    Certificates are verified, against those of SSL_CERT_FILE and SSL_CERT_DIR where they are set. For all
    threads.
    """

    def __init__(self, limits: Limits, insecure: frozenset[str]) -> None:
        self.limits = limits
        self.insecure = insecure
        self._context = ssl.create_default_context()
        self._schemes: dict[str, str] = {}
        self._lock = threading.Lock()

    def base(self, host: str, repository: str, deadline: Deadline) -> str:
        """``https://host``, or ``http://host`` where that is allowed and the host speaks nothing else."""
        if not self.may_be_plain(host):
            return f"https://{host}"
        with self._lock:
            scheme = self._schemes.get(host)
        if scheme is None:
            scheme = "https" if self._speaks_tls(host, repository, deadline) else "http"
            with self._lock:
                self._schemes[host] = scheme
        return f"{scheme}://{host}"

    def may_be_plain(self, host: str) -> bool:
        """Whether plain HTTP to this host (with or without port) is allowed."""
        name = re.sub(r":[0-9]+$", "", host)
        return host in self.insecure or name in self.insecure or _is_loopback(name)

    def checked(self, url: str, repository: str, origin: str) -> str:
        """A URL that a registry gave us, if it may be asked. ``origin`` is the URL that led there."""
        parts = _split(url)
        if parts is None:
            raise Malformed(repository, "it leads to something that is no http(s) URL")
        plain = parts.scheme == "http"
        if plain and (origin.startswith("https:") or not self.may_be_plain(parts.netloc)):
            raise Malformed(repository, f"it leads from HTTPS to plain HTTP at {parts.hostname}")
        return url

    def send(self, request: Request, repository: str, deadline: Deadline, at_most: int) -> Response:
        """The answer with its whole body. Raises Unavailable, TimedOut and TooLarge."""
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        deadline = deadline.at_most(self.limits.request_seconds)
        try:
            return self._exchange(request, parts, host, repository, deadline, at_most)
        except TimeoutError as error:
            raise TimedOut(repository, f"{host} did not answer in time") from error
        except ssl.SSLCertVerificationError as error:
            hint = "name your own authority's certificates in SSL_CERT_FILE"
            reason = f"the certificate of {host} is not trusted: {error.verify_message}"
            raise Unavailable(repository, reason, hint) from error
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(repository, f"no answer from {host}: {_why(error)}") from error
        except ValueError as error:
            raise Unavailable(repository, f"{host} cannot be asked: {error}") from error

    def _exchange(
        self,
        request: Request,
        parts: SplitResult,
        host: str,
        repository: str,
        deadline: Deadline,
        at_most: int,
    ) -> Response:
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        proxy = self._proxy(parts)
        headers = {
            "Host": parts.netloc,
            "User-Agent": f"modelyard/{__version__}",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **request.headers,
        }
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        if proxy is not None and not secure:
            target = request.url
            headers |= proxy_headers(proxy)
        inner = connect(host, port, proxy, self._context if secure else None, deadline)
        with inner:
            connection = http.client.HTTPConnection(host, port)
            connection.sock = TimedSocket(inner, deadline).as_socket()
            connection.request(request.method, target, body=request.body, headers=headers)
            response = connection.getresponse()
            into = request.into if response.status == 200 else None
            body = _body(response, repository, at_most, into)
            return Response(response.status, response.headers, body)

    def _proxy(self, parts: SplitResult) -> str | None:
        """The environment's proxy for this URL; never for loopback, whatever the environment says."""
        proxies = getproxies_environment()
        proxy = proxies.get(parts.scheme) or proxies.get("all")
        if not proxy or _is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc):
            return None
        return proxy

    def _speaks_tls(self, host: str, repository: str, deadline: Deadline) -> bool:
        parts = urlsplit(f"https://{host}")
        name = parts.hostname or ""
        deadline = deadline.at_most(self.limits.request_seconds)
        try:
            connect(name, parts.port or 443, self._proxy(parts), self._context, deadline).close()
        except ssl.SSLCertVerificationError:
            return True  # it does; the request that follows says what is wrong with it
        except (ssl.SSLError, ConnectionResetError):
            return False
        except TimeoutError as error:
            raise TimedOut(repository, f"{name} did not answer in time") from error
        except (OSError, ValueError) as error:
            if parts.port is None:
                return False  # nothing at 443: there may be something at 80
            raise Unavailable(repository, f"no answer from {name}: {_why(error)}") from error
        return True


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: where credentials may be sent that were meant for this URL."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _split(url: str) -> SplitResult | None:
    if not _URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        named = parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        return None
    return parts if named and parts.username is None else None


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _body(response: http.client.HTTPResponse, repository: str, at_most: int, into: Sink | None) -> bytes:
    """The whole body; a shorter one than was promised raises, as ``read1`` does not."""
    promised = response.length
    if promised is not None and promised > at_most:
        raise TooLarge(repository, f"its answer is {promised} bytes, and {at_most} are the most")
    parts: list[bytes] = []
    take = parts.append if into is None else into.write
    if into is not None:
        into.restart()
    size = 0
    while part := response.read1(_CHUNK):
        size += len(part)
        if size > at_most:
            raise TooLarge(repository, f"its answer is more than {at_most} bytes")
        take(part)
    if promised is not None and size < promised:
        raise http.client.IncompleteRead(b"", promised - size)
    return b"".join(parts)


def _why(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "it ended in the middle"
    if isinstance(error, http.client.RemoteDisconnected):
        return "it closed the connection"
    if isinstance(error, http.client.HTTPException):
        return "what it says is not HTTP"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or 'closed'})"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

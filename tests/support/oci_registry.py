"""An OCI distribution registry in this process, on loopback: pull and push, tokens, and faults to order.

    with OciRegistry() as registry:
        registry.push("team/base", "1.0", index([image(), image(architecture="arm64")]))
        registry.fault(Status(429, retry_after="1"), "*/manifests/1.0", times=2)
        ...  # registry.host is 127.0.0.1:PORT; registry.seen is what was asked of it

The API is that of github.com/opencontainers/distribution-spec, the tokens those of
distribution.github.io/distribution/spec/auth/token.
"""

from __future__ import annotations

import fnmatch
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tests.support.oci_faults import Fault
from tests.support.oci_handler import handler
from tests.support.oci_images import Image


@dataclass(frozen=True)
class Seen:
    """One request, as it came."""

    method: str
    path: str
    headers: Message


@dataclass
class _Order:
    fault: Fault
    path: str
    method: str
    left: int | None


class OciRegistry:
    """See the module. ``auth`` is how it wants to know who asks: ``token``, ``basic``, or not at all.

    ``users`` are passwords by name; ``anonymous`` says whether tokens to pull are given to nobody in
    particular. ``identity_tokens`` are refresh tokens that are taken in place of a password. With
    ``certificate`` (a PEM file with its key) it speaks TLS. It listens on ``address``, port 0 for any.
    """

    def __init__(
        self,
        *,
        auth: Literal["", "token", "basic"] = "",
        users: Mapping[str, str] | None = None,
        identity_tokens: frozenset[str] = frozenset(),
        anonymous: bool = True,
        certificate: Path | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        self.auth = auth
        self.users = dict(users or {})
        self.identity_tokens = identity_tokens
        self.anonymous = anonymous
        self.blobs: dict[tuple[str, str], bytes] = {}
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}  # by repository and digest
        self.tags: dict[tuple[str, str], str] = {}
        self.tokens: dict[str, frozenset[str]] = {}  # to "repository:action"
        self.uploads: dict[str, bytes] = {}
        self.seen: list[Seen] = []
        self.lock = threading.RLock()
        self._orders: list[_Order] = []
        self._server = _Server((address, 0), handler(self))
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.scheme = "https" if certificate is not None else "http"
        self.host = f"{address}:{self._server.server_address[1]}"
        self.url = f"{self.scheme}://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def push(self, repository: str, tag: str | None, image: Image) -> str:
        """Puts an image with all its parts there, without HTTP; gives its digest."""
        with self.lock:
            for child in image.children:
                self.push(repository, None, child)
            self.blobs.update({(repository, digest): data for digest, data in image.blobs.items()})
            self.manifests[repository, image.digest] = (image.media_type, image.data)
            if tag is not None:
                self.tags[repository, tag] = image.digest
        return image.digest

    def remove(self, repository: str, digest: str) -> None:
        """Forgets a manifest, and the tags that point to it."""
        with self.lock:
            del self.manifests[repository, digest]
            self.tags = {key: value for key, value in self.tags.items() if value != digest}

    def fault(self, fault: Fault, path: str = "*", *, method: str = "*", times: int | None = None) -> None:
        """From now on, requests whose path (without query) and method fit these globs meet the fault.

        ``times`` is how often (None: always). The oldest order that fits and is not used up counts.
        """
        with self.lock:
            self._orders.append(_Order(fault, path, method, times))

    def mend(self) -> None:
        """Takes all faults away."""
        with self.lock:
            self._orders.clear()

    def note(self, method: str, path: str, headers: Message) -> None:
        with self.lock:
            self.seen.append(Seen(method, path, headers))

    def fault_for(self, method: str, path: str) -> Fault | None:
        with self.lock:
            for order in self._orders:
                fits = fnmatch.fnmatchcase(path, order.path) and fnmatch.fnmatchcase(method, order.method)
                if fits and order.left != 0:
                    order.left = None if order.left is None else order.left - 1
                    return order.fault
        return None

    def paths(self, method: str = "*") -> list[str]:
        """The paths that were asked for, without queries, in order."""
        return [one.path.partition("?")[0] for one in self.seen if fnmatch.fnmatchcase(one.method, method)]

    def expire_tokens(self) -> None:
        """Every token that was given out is refused from now on."""
        with self.lock:
            self.tokens.clear()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a fault may be asleep
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that went away is what many faults are for."""

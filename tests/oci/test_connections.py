"""TLS, plain HTTP and proxies: what is allowed where."""

from __future__ import annotations

import base64
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from modelyard.oci.client import Registry
from modelyard.oci.errors import Malformed, Unavailable
from modelyard.oci.limits import Deadline
from modelyard.oci.reference import Reference
from modelyard.oci.transport import Transport
from tests.oci.conftest import QUICK
from tests.support.oci_images import image
from tests.support.oci_registry import OciRegistry


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, with its key."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "-", "-out", "-"],
        capture_output=True, check=True,
    )  # fmt: skip
    path.write_bytes(made.stdout)
    return path


def test_a_certificate_must_be_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with OciRegistry(certificate=certificate) as server:
        digest = server.push("team/base", "1.0", image())
        reference = Reference.parse(f"{server.host}/team/base:1.0")
        with pytest.raises(Unavailable, match="is not trusted") as caught:
            Registry(environ={}, limits=QUICK).resolve(reference)
        assert "SSL_CERT_FILE" in caught.value.hint
        assert server.seen == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert Registry(environ={}, limits=QUICK).resolve(reference) == digest


def test_a_registry_with_tls_may_not_lead_to_one_without(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    from tests.support.oci_faults import Redirect

    with OciRegistry(certificate=certificate) as server, OciRegistry() as plain:
        digest = server.push("team/base", "1.0", image())
        server.fault(Redirect(f"{plain.url}/v2/team/base/blobs/x"), "*/blobs/*")
        with pytest.raises(Malformed, match="plain HTTP"):
            Registry(environ={}, limits=QUICK).config(Reference.parse(f"{server.host}/team/base@{digest}"))
        assert plain.seen == []


@pytest.mark.parametrize(
    ("host", "plain"),
    [
        ("127.0.0.1:5000", True), ("127.8.9.1", True), ("localhost:1", True), ("localhost", True),
        ("[::1]:5000", True), ("registry.internal:5000", True), ("lab.internal", True),
        ("lab.internal:1", True), ("registry.internal:5001", False), ("docker.io", False),
        ("10.0.0.1", False),
        ("localhost.example.com", False), ("0x7f.1", False), ("169.254.169.254", False),
    ],
)  # fmt: skip
def test_where_plain_http_is_allowed(host: str, plain: bool) -> None:
    transport = Transport(QUICK, frozenset({"registry.internal:5000", "lab.internal"}))
    assert transport.may_be_plain(host) is plain
    if not plain:
        assert transport.base(host, "x", Deadline(1)) == f"https://{host}"


class _Proxy(BaseHTTPRequestHandler):
    """Answers everything itself, and remembers what it was asked."""

    seen: list[tuple[str, str, str]]
    status = 200

    def do_CONNECT(self) -> None:
        self.seen.append((self.command, self.path, self.headers.get("Proxy-Authorization", "")))
        self.send_response(self.status)
        self.end_headers()
        if self.status != 200:
            return
        port = self.path.partition(":")[2]
        with socket.create_connection(("127.0.0.1", int(port))) as inner:
            there = threading.Thread(target=_copy, args=(self.connection, inner))
            there.start()
            _copy(inner, self.connection)
            there.join()

    def do_GET(self) -> None:
        self.seen.append((self.command, self.path, self.headers.get("Proxy-Authorization", "")))
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Quiet."""


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one of the two has had enough


@pytest.fixture
def proxy() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (_Proxy,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def handler_of(proxy: ThreadingHTTPServer) -> type[_Proxy]:
    found = proxy.RequestHandlerClass
    assert isinstance(found, type)
    assert issubclass(found, _Proxy)
    return found


def test_a_proxy_is_asked_to_connect(proxy: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It refuses; what counts is that it was asked, and by whom, and that its password is not shown."""
    handler_of(proxy).status = 407
    monkeypatch.setenv("https_proxy", f"http://me:pass%20word@127.0.0.1:{proxy.server_address[1]}")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(Unavailable, match="the proxy refuses: 407") as caught:
        Registry(environ={}, limits=QUICK).resolve(Reference.parse("registry.example.com/a/b:1"))
    wanted = "Basic " + base64.b64encode(b"me:pass word").decode()
    assert set(handler_of(proxy).seen) == {("CONNECT", "registry.example.com:443", wanted)}
    assert "word" not in str(caught.value) + caught.value.hint


def test_tls_goes_through_a_proxy(
    proxy: ThreadingHTTPServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tunnel leads to a registry whose certificate is of another name, which only TLS can tell."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy.server_address[1]}")
    monkeypatch.delenv("no_proxy", raising=False)
    with OciRegistry(certificate=certificate) as server:
        port = server.host.rpartition(":")[2]
        with pytest.raises(Unavailable, match=r"the certificate of registry\.example\.com is not trusted"):
            Registry(environ={}, limits=QUICK).resolve(Reference.parse(f"registry.example.com:{port}/a/b:1"))


def test_plain_http_goes_to_the_proxy_as_a_whole_url(
    proxy: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler_of(proxy).status = 403  # no tunnel: so TLS is not to be had
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_address[1]}")
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    transport = Transport(QUICK, frozenset({"lab.internal"}))
    from modelyard.oci.transport import Request

    request = Request("GET", "http://lab.internal/v2/a/b/manifests/1")
    response = transport.send(request, "lab.internal/a/b", Deadline(5), 1000)
    assert response.status == 404
    assert handler_of(proxy).seen == [("GET", "http://lab.internal/v2/a/b/manifests/1", "")]


def test_loopback_never_goes_to_a_proxy(
    proxy: ThreadingHTTPServer, server: OciRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_address[1]}")
    digest = server.push("team/base", "1.0", image())
    assert (
        Registry(environ={}, limits=QUICK).resolve(Reference.parse(f"{server.host}/team/base:1.0")) == digest
    )
    assert handler_of(proxy).seen == []


def test_a_proxy_that_is_none_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://me:pass-word@127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(Unavailable, match="the proxy of the environment") as caught:
        Registry(environ={}, limits=QUICK).resolve(Reference.parse("registry.example.com/a/b:1"))
    assert "pass-word" not in str(caught.value)

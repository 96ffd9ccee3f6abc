"""A package index on loopback that wants a password, with one small wheel."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USER, PASSWORD = "reader", "canary-index-4d1f"
WHEEL = "tinydep-1.0-py3-none-any.whl"


def wheel() -> bytes:
    """A wheel of one module, the same bytes each time."""
    files = {
        "tinydep.py": "ANSWER = 42\n",
        "tinydep-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tinydep\nVersion: 1.0\n",
        "tinydep-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tinydep-1.0.dist-info/RECORD": "tinydep.py,,\n",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def requirement() -> str:
    """The line of a lock file that names the wheel."""
    return f"tinydep==1.0 --hash=sha256:{hashlib.sha256(wheel()).hexdigest()}\n"


@dataclass
class Index:
    """``paused``: it takes connections and answers nothing until the event is set."""

    port: int
    allowed: int = 0
    asked: threading.Event = field(default_factory=threading.Event)
    answering: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://{USER}:{PASSWORD}@127.0.0.1:{self.port}/simple"

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """Within the block every request waits; ``asked`` is set when the first comes."""
        self.asked.clear()
        self.answering.clear()
        try:
            yield
        finally:
            self.answering.set()


@contextlib.contextmanager
def serving() -> Iterator[Index]:
    """The index, answering."""
    index = Index(0)
    index.answering.set()
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.set()
            index.answering.wait(60)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._answer()

        def _answer(self) -> None:
            if self.headers.get("Authorization") != expected:
                self._send(401, b"")
            elif self.path == "/simple/tinydep/":
                index.allowed += 1
                self._send(200, f'<a href="/files/{WHEEL}">{WHEEL}</a>'.encode())
            elif self.path == f"/files/{WHEEL}":
                self._send(200, wheel())
            else:
                self._send(404, b"")

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            if status == 401:
                self.send_header("WWW-Authenticate", "Basic realm=index")
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Says nothing: the tests' output is for the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    index.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        index.answering.set()
        server.shutdown()
        server.server_close()
        thread.join(10)

"""A small HTTP server: GET /ping answers 200, and every POST goes to the function it was given."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY = 1 << 20  # bytes


class Rejected(Exception):
    """The request cannot be answered: a status and what the caller should know."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def serve(answer: Callable[[str, object], object]) -> None:
    """Serves on $PORT until SIGTERM. `answer` takes the path and the JSON body of a request."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or the body waits 40 ms for the head to be acknowledged

        def do_GET(self) -> None:
            self.reply(200 if self.path == "/ping" else 404, {})

        def do_POST(self) -> None:
            try:
                self.reply(200, answer(self.path, self.body()))
            except Rejected as rejected:
                self.reply(rejected.status, {"error": str(rejected)})
            except (ValueError, KeyError, TypeError, RecursionError):
                self.reply(400, {"error": "the body is not what this model takes"})

        def body(self) -> object:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > MAX_BODY:
                self.close_connection = True
                raise Rejected(413, f"send a body of up to {MAX_BODY} bytes, with its Content-Length")
            return json.loads(self.rfile.read(int(length)))

        def reply(self, status: int, document: object) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8080"))), Handler)  # noqa: S104
    # shutdown() waits for the loop below, and a signal handler runs inside it: hence the thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()

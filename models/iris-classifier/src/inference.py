"""Serve the iris classifier over HTTP: `GET /ping` and `POST /invocations` on 0.0.0.0:$PORT (8080).

The weights are loaded before the socket is opened, so a `200` from `/ping` always means "ready".
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from classifier import Classifier, Rejected
from weights import Unusable, read_weights

MAX_BODY_BYTES = 1024 * 1024
LOG = logging.getLogger("iris")


class InferenceServer(ThreadingHTTPServer):
    """One thread per connection; closing waits for the requests in flight."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, port: int, classifier: Classifier) -> None:
        self.classifier = classifier
        self.draining = False
        super().__init__(("0.0.0.0", port), Handler)  # noqa: S104 - the container is the boundary

    def drain(self) -> None:
        """Stop accepting and let `serve_forever` return. Must not run on the serving thread."""
        self.draining = True
        self.shutdown()


class Handler(BaseHTTPRequestHandler):
    """Routes the two paths of the SageMaker container contract."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the body waits 40 ms for the head to be acknowledged
    timeout: ClassVar[int] = 5  # bounds idle keep-alive connections, and so the drain
    server: InferenceServer

    def do_GET(self) -> None:
        if self.path.partition("?")[0] == "/ping":
            self.reply(200)
        else:
            self.reply(404, {"error": "no such path"})

    def do_POST(self) -> None:
        body = self.read_body()
        if body is None:
            return
        if self.path.partition("?")[0] != "/invocations":
            self.reply(404, {"error": "no such path"})
            return
        try:
            self.reply(200, {"predictions": self.server.classifier.predict(body)})
        except Rejected as error:
            self.reply(400, {"error": str(error)})
        except Exception:  # the boundary of one request: logged with its traceback, answered without it
            LOG.exception("prediction failed")
            self.reply(500, {"error": "internal error"})

    def read_body(self) -> bytes | None:
        """The request's body; None when it was refused (and answered)."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()):
            status, reason = 411, "Content-Length is required"
        elif len(length) > 12 or int(length) > MAX_BODY_BYTES:
            status, reason = 413, f"the body is limited to {MAX_BODY_BYTES} bytes"
        else:
            return self.rfile.read(int(length))
        self.close_connection = True  # the unread body would be taken for the next request
        self.reply(status, {"error": reason})
        return None

    def reply(self, status: int, document: object = None) -> None:
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection or self.server.draining:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        return "iris"  # the default tells the interpreter's version

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.path != "/ping":  # probes would drown everything else
            super().log_request(code, size)


def main() -> int:
    """Load, serve until SIGTERM or SIGINT, drain. Returns the exit code."""
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "info").upper(), format="%(levelname)s %(message)s")
    try:
        classifier = Classifier.from_json(read_weights(os.environ))
    except Unusable as error:
        LOG.error("cannot load the model: %s", error)
        return 1
    server = InferenceServer(int(os.environ.get("PORT", "8080")), classifier)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.drain).start())
    LOG.info("serving on port %d", server.server_port)
    server.serve_forever()
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Serve the demand forecast: `python /app/serve.py`, the CPU half of shelf-vision."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NoReturn

from forecast import Forecast, Rejected, Unusable

MAX_BODY_BYTES = 256 * 1024


class Server(ThreadingHTTPServer):
    """One thread per connection; closing waits for the requests in flight."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, port: int, forecast: Forecast) -> None:
        self.forecast = forecast
        super().__init__(("0.0.0.0", port), Handler)  # noqa: S104 - the container is the boundary


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.0: one request per connection, so a drain never waits for an idle client."""

    server: Server
    timeout = 10

    def do_GET(self) -> None:
        self.reply(*((200, None) if self.path == "/ping" else (404, {"error": "no such path"})))

    def do_POST(self) -> None:
        if self.path != "/invocations":
            self.reply(404, {"error": "no such path"})
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()):
            self.reply(411, {"error": "Content-Length is required"})
        elif len(length) > 12 or int(length) > MAX_BODY_BYTES:
            self.reply(413, {"error": f"the body is limited to {MAX_BODY_BYTES} bytes"})
        else:
            self.reply(*self.answer(self.rfile.read(int(length))))

    def answer(self, body: bytes) -> tuple[int, object]:
        """The status and document for one body."""
        try:
            document = json.loads(body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return 400, {"error": "the body is not valid JSON"}
        try:
            return 200, {"forecasts": self.server.forecast.predict(document)}
        except Rejected as error:
            return 400, {"error": str(error)}

    def reply(self, status: int, document: object) -> None:
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        return "stats"  # the default tells the interpreter's version

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.path != "/ping":
            super().log_request(code, size)


def main() -> int:
    """Load, serve until SIGTERM, drain. Returns the exit code."""
    try:
        forecast = Forecast(Path(os.environ.get("MODEL_DIR", "/opt/ml/model")) / "demand.json")
    except Unusable as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    # Containers of one task or endpoint share a network: SageMaker assigns the port, elsewhere PORT does.
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT") or os.environ.get("PORT", "8080"))
    with Server(port, forecast) as server:
        # shutdown() waits for the loop that this handler interrupts, so another thread has to call it
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        print(f"serving on port {port}", file=sys.stderr)
        server.serve_forever()
    return 0


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


if __name__ == "__main__":
    sys.exit(main())

"""A server that is as MODE says: good, or broken in one way."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType

MODE = os.environ["MODE"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet

    def do_GET(self) -> None:
        self.answer(503 if MODE == "never-healthy" else 200, b"")

    def do_POST(self) -> None:
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
        if MODE == "crash-on-sample":
            print("out of ideas", flush=True)
            os._exit(7)
        if MODE == "relay":  # what is beside it has the same address
            urllib.request.urlopen("http://127.0.0.1:8081/ping", timeout=2).close()
        if MODE == "slow":
            time.sleep(10)
        if MODE == "text":
            self.answer(200, b"it is six")
        elif MODE == "status":
            self.answer(500, b'{"error": "no such column"}')
        else:
            sums = [str(sum(row)) if MODE == "against-schema" else sum(row) for row in rows]
            self.answer(200, json.dumps({"sums": sums}).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - its name in the base class
        """Says nothing of good requests."""


def leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def main() -> None:
    print(f"mode {MODE}, token {os.environ['TOKEN']}", flush=True)
    if MODE == "crash":
        sys.exit("weights are of another release")
    if MODE == "deaf":
        time.sleep(60)
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8080"))), Handler)  # noqa: S104
    signal.signal(signal.SIGTERM, signal.SIG_IGN if MODE == "stubborn" else leave)
    server.serve_forever()


main()

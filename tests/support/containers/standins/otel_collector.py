"""Stands for the AWS OpenTelemetry collector: reads the rendered configuration, takes what arrives by OTLP
over HTTP, and says what it was. The real one is not in any package index."""

from __future__ import annotations

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Takes everything; prints one line of JSON for each request."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(json.dumps({"path": self.path, "bytes": len(body), "score": b"score" in body}), flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The lines above are the log."""


def main(arguments: list[str]) -> None:
    variable = arguments[0].removeprefix("--config=env:")
    config = json.loads(os.environ[variable])
    known = set(config["receivers"]) | set(config["processors"]) | set(config["exporters"])
    for pipeline in config["service"]["pipelines"].values():
        named = {*pipeline["receivers"], *pipeline["processors"], *pipeline["exporters"]}
        assert named <= known, f"a pipeline names what is not there: {named - known}"
    host, _, port = config["receivers"]["otlp"]["protocols"]["http"]["endpoint"].rpartition(":")
    server = ThreadingHTTPServer((host, int(port)), Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(json.dumps({"listening": f"{host}:{port}"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])

"""A small client of a language server: JSON-RPC 2.0 over its standard input and output."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TIMEOUT = 20.0


class Client:
    """Talks to one server. Requests of the server are answered with nothing; its diagnostics are kept."""

    def __init__(self, command: Sequence[str], root: Path) -> None:
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        self._received: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read_all, daemon=True).start()
        self._last = 0
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.request(
            "initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": _CAPABILITIES}
        )
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a request; what the server says or asks meanwhile is dealt with."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" not in message and message.get("id") == self._last:
                assert "error" not in message, message["error"]
                return message.get("result")

    def open(self, path: Path, text: str) -> None:
        """Opens a document, a new one each time."""
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def diagnostics(self, path: Path) -> list[dict[str, Any]]:
        """Waits for what the server has to say against an open document."""
        uri = path.as_uri()
        while uri not in self._diagnostics:
            self._receive()
        return self._diagnostics[uri]

    def close(self) -> None:
        self.request("shutdown", {})
        self.notify("exit", {})
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.wait(TIMEOUT)
        self._server.stdin.close()
        self._server.stdout.close()

    def _receive(self) -> dict[str, Any]:
        message = self._received.get(timeout=TIMEOUT)
        if "method" in message and "id" in message:
            wanted = message["method"] == "workspace/configuration"
            answer = (
                [_SETTINGS.get(item.get("section")) for item in message["params"]["items"]]
                if wanted
                else None
            )
            self._send({"id": message["id"], "result": answer})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def _read_all(self) -> None:
        stream = self._server.stdout
        assert stream is not None
        length = 0
        while line := stream.readline():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            elif not line.strip():
                self._received.put(json.loads(stream.read(length)))


# No schema store: what the server knows is what the file's first line names.
_SETTINGS: dict[str, Any] = {
    "yaml": {
        "validate": True,
        "completion": True,
        "hover": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
    },
    "http": {},
    "editor": {"tabSize": 2},
    "files": {},
    "[yaml]": {},
}
_CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "completion": {
            "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]}
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": False}},
}

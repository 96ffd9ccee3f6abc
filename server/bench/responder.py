"""No HTTP server: it looks for the end of a request, and says what it has ready. What it reaches, the client
reaches; a server that comes near to it is not measured, the client is.

    python server/bench/responder.py 8080
"""

from __future__ import annotations

import re
import selectors
import socket
import sys

import orjson
from inference import model_fn, predict_fn

_READ = 256 * 2**10
_LENGTH = re.compile(rb"[Cc]ontent-[Ll]ength: *([0-9]+)\r\n")


def reply(body: bytes) -> bytes:
    """The whole answer, as `bare.py` would give it."""
    answer = orjson.dumps(predict_fn(orjson.loads(body), model_fn("")), option=orjson.OPT_SERIALIZE_NUMPY)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(answer)
    return head + answer


def serve(port: int) -> None:
    """Answer until ended. Bodies of one length are taken for the same body."""
    ready: dict[bytes, bytes] = {}
    parts: dict[socket.socket, bytes] = {}
    selector = selectors.DefaultSelector()
    with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    connection, _ = listener.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    selector.register(connection, selectors.EVENT_READ)
                    continue
                assert isinstance(key.fileobj, socket.socket)
                if not _answer(key.fileobj, parts, ready):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def _answer(connection: socket.socket, parts: dict[socket.socket, bytes], ready: dict[bytes, bytes]) -> bool:
    """Reads on, and answers a request that is complete; False when the caller has gone."""
    try:
        data = connection.recv(_READ)
    except ConnectionResetError:
        data = b""
    if not data:
        parts.pop(connection, None)
        return False
    data = parts.pop(connection, b"") + data
    end = data.find(b"\r\n\r\n") + 4
    match = _LENGTH.search(data)
    if end < 4 or match is None or len(data) < end + int(match[1]):
        parts[connection] = data
        return True
    if match[1] not in ready:
        ready[match[1]] = reply(data[end:])
    connection.sendall(ready[match[1]])
    return True


if __name__ == "__main__":
    serve(int(sys.argv[1]))

"""The registry that Debian packages (``docker-registry``, the CNCF distribution), on a free loopback port."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.oci_images import Image, sha256

PROGRAM = "docker-registry"
# What is started so ends with the process that started it, even if that one is killed.
MORTAL = ("setpriv", "--pdeathsig", "TERM")
START_SECONDS = 20
CONFIG = """\
version: 0.1
log: {{level: warn, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {data}}}, delete: {{enabled: true}}}}
http: {{addr: "{host}"}}
"""


@dataclass(frozen=True)
class Registry:
    """A running registry; ``host`` is 127.0.0.1:PORT."""

    host: str

    def push(self, repository: str, tag: str, image: Image) -> str:
        """Uploads an image with everything it needs; gives its digest."""
        with contextlib.closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            self._push(connection, repository, tag, image)
        return image.digest

    def _push(self, connection: http.client.HTTPConnection, repository: str, tag: str, image: Image) -> None:
        for child in image.children:
            self._push(connection, repository, child.digest, child)
        for digest, data in image.blobs.items():
            assert sha256(data) == digest, digest
            status, _ = _ask(connection, "HEAD", f"/v2/{repository}/blobs/{digest}")
            if status != 200:
                _, location = _ask(connection, "POST", f"/v2/{repository}/blobs/uploads/", expect=202)
                joint = "&" if "?" in location else "?"
                path = location.removeprefix(f"http://{self.host}")
                _ask(connection, "PUT", f"{path}{joint}digest={digest}", data, expect=201)
        path = f"/v2/{repository}/manifests/{tag}"
        _ask(connection, "PUT", path, image.data, image.media_type, expect=201)


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes = b"",
    media_type: str = "application/octet-stream",
    expect: int | None = None,
) -> tuple[int, str]:
    """Status and Location of the answer; AssertionError if it is not what was expected."""
    connection.request(method, path, body, {"Content-Type": media_type})
    response = connection.getresponse()
    said = response.read()
    if expect is not None:
        assert response.status == expect, f"{method} {path}: {response.status} {said[:500]!r}"
    return response.status, response.getheader("Location", "")


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def missing() -> str:
    """Why there can be no registry here; empty if there can."""
    return "" if shutil.which(PROGRAM) else f"{PROGRAM} is not installed"


@contextlib.contextmanager
def running(state: Path) -> Iterator[Registry]:
    """A registry with its data below ``state``, ended with the block."""
    state.mkdir(parents=True, exist_ok=True)
    host = f"127.0.0.1:{free_port()}"
    config = state / "registry.yml"
    config.write_text(CONFIG.format(data=state / "data", host=host))
    log = state / "registry.log"
    with log.open("wb") as out:
        # A group of its own: Ctrl-C reaches the tests, which end it after what still needs it.
        process = subprocess.Popen(
            [*MORTAL, PROGRAM, "serve", str(config)], stdout=out, stderr=subprocess.STDOUT, process_group=0
        )
    try:
        _wait(process, host, log)
        yield Registry(host)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait(process: subprocess.Popen[bytes], host: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"{PROGRAM} ended: {log.read_text()}"
        connection = http.client.HTTPConnection(host, timeout=5)
        try:
            connection.request("GET", "/v2/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise AssertionError(f"{PROGRAM} does not answer: {log.read_text()}")

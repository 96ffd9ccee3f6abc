"""All that a registry may do wrong: each ends in time, as the error of its type, with what mends it."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler

import pytest

from modelyard.oci.client import Registry
from modelyard.oci.errors import (
    Lied,
    Malformed,
    NotFound,
    RateLimited,
    RegistryError,
    TimedOut,
    TooLarge,
    Unauthorized,
    Unavailable,
)
from modelyard.oci.reference import Reference
from tests.oci.conftest import HURRIED
from tests.support.oci_faults import (
    Announced,
    Answer,
    Drip,
    Endless,
    Fault,
    Garbage,
    HangUp,
    Header,
    Lie,
    Redirect,
    Slow,
    Status,
    Truncated,
)
from tests.support.oci_images import OCI_MANIFEST, image, index
from tests.support.oci_registry import OciRegistry

OTHER = "sha256:" + "0" * 64
MANIFEST_FAULTS: list[tuple[Fault, type[RegistryError]]] = [
    (Status(401), Malformed),  # it does not say how to authenticate
    (Status(403), Unauthorized),
    (Status(404), NotFound),
    (Status(429), RateLimited),
    (Status(429, retry_after="3600"), RateLimited),
    (Status(500), Unavailable),
    (Status(503, retry_after="3600"), Unavailable),
    (Status(418), Malformed),
    (Status(204), Malformed),
    (Lie(), Lied),
    (Lie(b"{"), Lied),
    (Lie(b""), Lied),
    (Header("Docker-Content-Digest", OTHER), Lied),
    (Header("Content-Type", "text/html"), Malformed),
    (Header("Content-Type", OCI_MANIFEST), Malformed),
    (Header("Content-Type", "application/vnd.docker.distribution.manifest.v1+prettyjws"), Malformed),
    (Truncated(), Unavailable),
    (Endless(), TooLarge),
    (Announced(10**12), TooLarge),
    (Announced(1000), Unavailable),
    (Redirect(), Malformed),
    (Redirect("http://registry.example.com/v2/"), Malformed),
    (HangUp(), Unavailable),
    (Garbage(), Unavailable),
    (Garbage(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200), Unavailable),
    (Garbage(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n" + b"a" * 70_000), Unavailable),
]


class _Trickle:
    """A head of which a byte comes at a time."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        for byte in self.data:
            handler.wfile.write(bytes((byte,)))
            time.sleep(0.05)


@pytest.fixture
def base(server: OciRegistry) -> Reference:
    server.push("team/base", "1.0", index([image(), image(architecture="arm64")]))
    return Reference.parse(f"{server.host}/team/base:1.0")


@pytest.mark.parametrize(("fault", "expected"), MANIFEST_FAULTS, ids=lambda value: str(value)[:60])
def test_a_manifest_that_cannot_be_had(
    server: OciRegistry, client: Registry, base: Reference, fault: Fault, expected: type[RegistryError]
) -> None:
    server.fault(fault, "*/manifests/*")
    started = time.monotonic()
    with pytest.raises(RegistryError) as caught:
        client.manifest(base)
    assert type(caught.value) is expected
    assert caught.value.repository == f"{server.host}/team/base"
    assert caught.value.hint
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_is_asked_again(
    server: OciRegistry, client: Registry, base: Reference, status: int
) -> None:
    server.fault(Status(status), "*/manifests/*", times=2)
    assert client.manifest(base).digest
    assert len(server.paths("GET")) == 3


@pytest.mark.parametrize("status", [400, 403, 404])
def test_what_does_not_pass_is_asked_once(
    server: OciRegistry, client: Registry, base: Reference, status: int
) -> None:
    server.fault(Status(status), "*/manifests/*")
    with pytest.raises(RegistryError):
        client.manifest(base)
    assert len(server.paths("GET")) == 1


def test_retry_after_is_honoured(server: OciRegistry, client: Registry, base: Reference) -> None:
    server.fault(Status(429, retry_after="1"), "*/manifests/*", times=1)
    started = time.monotonic()
    client.manifest(base)
    assert 1.0 <= time.monotonic() - started < 2.0


def test_retry_after_is_bounded(server: OciRegistry, client: Registry, base: Reference) -> None:
    server.fault(Status(429, retry_after="1000000000"), "*/manifests/*")
    started = time.monotonic()
    with pytest.raises(RateLimited):
        client.manifest(base)
    assert time.monotonic() - started < 1.0
    assert len(server.paths("GET")) == 1


def test_retry_after_may_be_a_date(server: OciRegistry, client: Registry, base: Reference) -> None:
    server.fault(Status(503, retry_after="Wed, 21 Oct 2099 07:28:00 GMT"), "*/manifests/*")
    with pytest.raises(Unavailable):
        client.manifest(base)
    assert len(server.paths("GET")) == 1


@pytest.mark.parametrize(
    "fault",
    [Slow(3.0), Drip(0.1), _Trickle(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 100)],
    ids=["slow", "drip", "head"],
)
def test_all_attempts_together_end_in_time(server: OciRegistry, base: Reference, fault: Fault) -> None:
    """Each read of a trickle is quick: what ends it is the deadline of the whole."""
    server.fault(fault, "*/manifests/*")
    started = time.monotonic()
    with pytest.raises(TimedOut):
        Registry(environ={}, limits=HURRIED).manifest(base)
    assert time.monotonic() - started < 2.0


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Lie(), Lied),
        (Lie(b"{}"), Lied),
        (Status(404), NotFound),
        (Endless(), TooLarge),
        (Truncated(), Unavailable),
        (Redirect(), Malformed),
        (Redirect("file:///etc/passwd"), Malformed),
        (Redirect("http://169.254.169.254/latest/meta-data"), Malformed),
        (Redirect("http://user:secret@127.0.0.1/"), Malformed),
        (Redirect("http://127.0.0.1:0/"), Malformed),
        (Redirect("http://[::1/"), Malformed),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_blob_that_cannot_be_had(
    server: OciRegistry, client: Registry, fault: Fault, expected: type[RegistryError]
) -> None:
    digest = server.push("team/base", "1.0", image())
    server.fault(fault, "*/blobs/*")
    with pytest.raises(RegistryError) as caught:
        client.config(Reference.parse(f"{server.host}/team/base@{digest}"))
    assert type(caught.value) is expected
    assert "secret" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"manifests": 1}',
        b'{"manifests": [{"digest": "md5:1", "size": 1}]}',
        b'{"manifests": [{"digest": "sha256:' + b"0" * 64 + b'", "size": true}]}',
        b'{"manifests": [], "layers": []}',
        b'{"manifests": [], "mediaType": "application/vnd.oci.image.manifest.v1+json"}',
        b'{"manifests": [], "annotations": {"a": 1}}',
        b'{"manifests": NaN}',
        b'{"manifests": ' + b"9" * 5000 + b"}",
        b'{"manifests": "\xff"}',
        b"[" * 200_000,
    ],
)
def test_a_manifest_that_means_nothing(server: OciRegistry, client: Registry, data: bytes) -> None:
    from tests.support.oci_images import OCI_INDEX, Image

    digest = server.push("team/base", "1.0", Image(OCI_INDEX, data))
    with pytest.raises(Malformed):
        client.manifest(Reference.parse(f"{server.host}/team/base@{digest}"))


def test_a_host_that_is_not_there(client: Registry) -> None:
    with OciRegistry() as gone:
        host = gone.host
    with pytest.raises(Unavailable, match=r"no answer from 127\.0\.0\.1"):
        client.manifest(Reference.parse(f"{host}/team/base:1"))


def test_errors_travel_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(TimedOut("host/path", "why")))  # noqa: S301 - made in this line
    assert (type(error), str(error), error.hint) == (
        TimedOut,
        "host/path: why",
        TimedOut("host/path", "").hint,
    )

"""What logs of builds say."""

from __future__ import annotations

from modelyard.engines.api import OutOfSpace
from modelyard.engines.logs import counts, failure

PODMAN = b"""[1/2] STEP 1/2: FROM docker.io/library/python AS build
[1/2] STEP 2/2: COPY ["requirements.lock", "/build/requirements.txt"]
--> Using cache 2917eb3bdd05
[2/2] STEP 1/3: FROM docker.io/library/python
[2/2] STEP 2/3: RUN install -d /opt
--> cbaf134802dd
[2/2] STEP 3/3: ENV HOME=/tmp
--> Using cache 95022dea36cb
"""
BUILDKIT = b"""#1 [internal] load build definition from Dockerfile
#2 [context modelyard-server] load .dockerignore
#2 DONE 0.0s
#3 [context modelyard-server] load from client
#3 DONE 0.0s
#4 [build 1/3] FROM docker.io/library/python
#4 CACHED
#5 [build 2/3] COPY [requirements.lock, /build/requirements.txt]
#5 CACHED
#6 [stage-1 2/5] RUN install -d /opt
#6 DONE 0.1s
"""


def test_steps() -> None:
    assert counts(PODMAN) == (3, 2)
    assert counts(BUILDKIT) == (2, 1)
    assert counts(b"") == (0, 0)


def test_reasons() -> None:
    full = failure("podman build ended with exit code 1", b"STEP 1\nwrite /x: no space left on device\n")
    assert isinstance(full, OutOfSpace)
    assert full.said.endswith("no space left on device")
    other = failure("podman build ended with exit code 1", b"boom\n")
    assert (str(other), other.said) == ("podman build ended with exit code 1", "boom")
    base = failure("x", b"reading manifest sha256:00 in docker.io/library/python: manifest unknown")
    assert "base image is not in its registry" in str(base)
    base = failure(
        "x", b"failed to resolve source metadata for r.io/python@sha256:00: r.io/python: not found"
    )
    assert "base image is not in its registry" in str(base)
    network = failure("x", b"failed to resolve source metadata for r.io/python: lookup r.io: no such host")
    assert str(network) == "x"

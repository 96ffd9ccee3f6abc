"""Fixtures of the tests on images. trivy is the real one, of the checkout's own environment for scanners."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.images.bench import Bench
from tests.support.oci_registry import OciRegistry


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A repository and a registry; whoever asks anything beyond loopback gets no answer."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    # No pause between attempts; the module's own name, since everybody else's pauses are needed.
    monkeypatch.setattr("modelyard.oci.client.time", SimpleNamespace(sleep=lambda seconds: None))
    with OciRegistry() as registry:
        monkeypatch.setenv("MODELYARD_TRIVY_DB", f"{registry.host}/trivy-db:2")
        yield Bench(tmp_path / "repository", registry)

"""A registry for each test, and a client that is in a hurry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from modelyard.oci.client import Registry
from modelyard.oci.limits import Limits
from tests.support.oci_registry import OciRegistry

# Seconds enough for a busy machine; what must run out of time has less.
QUICK = Limits(request_seconds=5, total_seconds=15, attempts=3, backoff_seconds=0.02, helper_seconds=5)
HURRIED = Limits(
    request_seconds=0.3, total_seconds=0.5, attempts=50, backoff_seconds=0.01, helper_seconds=0.5
)


@pytest.fixture
def server() -> Iterator[OciRegistry]:
    with OciRegistry() as registry:
        yield registry


@pytest.fixture
def client() -> Registry:
    """Knows no credentials and no proxies."""
    return Registry(environ={}, limits=QUICK)

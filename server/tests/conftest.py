"""Real servers on real sockets: each test starts the process that a container would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from running import Running, launch

Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers for one test; all are ended with it."""
    running: list[Running] = []

    def begin(handler: str, **settings: str) -> Running:
        server = launch(tmp_path, handler, settings)
        running.append(server)
        return server.wait_until_listening()

    yield begin
    for server in running:
        server.kill()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """As `start`, for servers that all tests of a module use."""
    running: list[Running] = []

    def begin(handler: str, **settings: str) -> Running:
        server = launch(tmp_path_factory.mktemp("server"), handler, settings)
        running.append(server)
        return server.wait_until_ready()

    yield begin
    for server in running:
        server.kill()

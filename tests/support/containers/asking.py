"""HTTP from outside, as a load balancer and a kubelet ask."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Status and body of a response."""

    status: int
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


def ask(port: int, method: str, path: str, body: bytes | None = None, *, timeout: float = 10) -> Answer:
    """One request to a loopback port; bodies are JSON. OSError if nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.read())
    except http.client.HTTPException as error:  # the forwarder accepts before the server listens
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()


def wait_for(what: str, ready: Callable[[], bool], seconds: float, every: float = 0.1) -> float:
    """Asks until the answer is yes; gives the seconds that it took. AssertionError after ``seconds``."""
    began = time.monotonic()
    while not ready():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(every)
    return time.monotonic() - began


def answers(port: int, path: str, timeout: float = 2) -> bool:
    """Whether a GET is answered with a status that probes take for success (200 to 399)."""
    try:
        return 200 <= ask(port, "GET", path, timeout=timeout).status < 400
    except OSError:
        return False

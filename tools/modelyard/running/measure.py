"""How fast a server answers when it is asked one request after the other."""

from __future__ import annotations

import time

from modelyard.running.client import Client, Unanswered
from modelyard.running.figures import Latency, latency

_WARM_UP_REQUESTS, _WARM_UP_SECONDS = 20, 2.0
_LONGEST_SECONDS = 30.0  # a slow model is asked less often


def one_by_one(client: Client, post: bytes, requests: int) -> Latency:
    """The times of at most so many requests over one connection, as many as 30 seconds have room for.

    Raises Unanswered, also for a status that is none of 2xx: the same request was answered before.
    """
    warm = time.monotonic() + _WARM_UP_SECONDS
    for _ in range(min(_WARM_UP_REQUESTS, requests)):
        _timed(client, post)
        if time.monotonic() > warm:
            break
    until = time.monotonic() + _LONGEST_SECONDS
    taken: list[float] = []
    while len(taken) < requests and (not taken or time.monotonic() < until):
        taken.append(_timed(client, post))
    return latency(taken)


def _timed(client: Client, post: bytes) -> float:
    began = time.perf_counter()
    reply = client.ask(post)
    took = time.perf_counter() - began
    if not 200 <= reply.status < 300:
        raise Unanswered(f"gave status {reply.status}, once it was asked again,")
    return took

"""The load generators' side of a measurement: starts them, gives them their job, adds up what they say."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.servers.running import ADDRESS, CannotMeasure, Served
from modelyard.running.figures import Latency, latency
from modelyard.write.interrupts import HeldSignals

_CLIENT = str(Path(__file__).with_name("client.py"))
_LONGEST = 120.0  # seconds beyond those of the job


@dataclass(frozen=True)
class Plan:
    """How much is asked of a server for one payload in one round.

    ``requests`` one after the other, as many of them as take less than three times ``seconds``; then
    ``seconds`` of load by ``connections``, spread over so many client ``processes``.
    """

    requests: int
    connections: int
    seconds: float
    processes: int


@dataclass(frozen=True)
class Rate:
    """Requests a second; CPU seconds of the server for each; how busy the busiest client is (0..1)."""

    requests: float
    cpu: float | None
    busy: float


@dataclass(frozen=True)
class Asked:
    """A server, and the request for it."""

    server: Served
    request: bytes

    @property
    def target(self) -> dict[str, Any]:
        return {"port": self.server.port, "request": self.request.decode("ascii")}


def one_by_one(asked: Sequence[Asked], plan: Plan) -> list[Latency]:
    """All servers in turns, by one client. Raises CannotMeasure."""
    job = {
        "mode": "one by one",
        "targets": [one.target for one in asked],
        "requests": plan.requests,
        "warm": max(50, plan.requests // 10),
        "seconds": 3 * plan.seconds,
    }
    (said,) = _ask([job], 3 * plan.seconds * len(asked) + _LONGEST)
    return [latency(took) for took in said["took"]]


def at_once(asked: Asked, plan: Plan) -> Rate:
    """Raises CannotMeasure. Clients start within some milliseconds of each other, each with its own clock."""
    share, more = divmod(plan.connections, plan.processes)
    job = {"mode": "at once", "targets": [asked.target], "seconds": plan.seconds}
    jobs = [{**job, "connections": share + (number < more)} for number in range(plan.processes)]
    before = asked.server.cpu()
    said = _ask(jobs, plan.seconds + _LONGEST)
    after = asked.server.cpu()
    answered = sum(one["answered"] for one in said)
    if not answered:
        raise asked.server.failure(f"answered nothing in {plan.seconds:g} s")
    spent = None if before is None or after is None else (after - before) / answered
    rate = sum(one["answered"] / one["seconds"] for one in said)
    return Rate(rate, spent, max(one["busy"] for one in said))


def _ask(jobs: list[dict[str, Any]], seconds: float) -> list[dict[str, Any]]:
    with contextlib.ExitStack() as stack:
        clients = []
        for job in jobs:
            with HeldSignals():
                client = stack.enter_context(_client())
                stack.callback(client.kill)
            assert client.stdin is not None
            client.stdin.write(json.dumps({"address": ADDRESS, **job}) + "\n")
            client.stdin.flush()
            clients.append(client)
        return [_answer(client, seconds) for client in clients]


def _client() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", _CLIENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for us, who end it
    )


def _answer(client: subprocess.Popen[str], seconds: float) -> dict[str, Any]:
    try:
        said, wrong = client.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise CannotMeasure(f"a server kept its client waiting for {seconds:g} s") from error
    if client.returncode != 0:
        raise CannotMeasure(f"a client gave up: {wrong.strip()}")
    found: dict[str, Any] = json.loads(said)
    return found

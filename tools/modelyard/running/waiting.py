"""Waiting until a part is healthy or has ended, and what to say when it does not come to that."""

from __future__ import annotations

import time

from modelyard.running.client import Client, Unanswered
from modelyard.running.errors import Broken
from modelyard.running.figures import size
from modelyard.running.host import End, Host
from modelyard.running.plan import Part, Plan
from modelyard.running.secrets import hidden
from modelyard.running.wire import request

LOG_LINES = 20
_PING_SECONDS = 2.0
_LOOK_SECONDS = 0.5  # between two looks at whether it still runs: an engine takes a tenth of that to answer
_FIRST_PAUSE, _LAST_PAUSE = 0.01, 0.2
_OTHERS_SECONDS = 120  # for what is waited for and says nothing of how long it takes


def wait_for(host: Host, plan: Plan, part: Part, how: str) -> None:
    """Waits for what another part depends on; raises Broken where it does not come to that."""
    if how == "succeeded":
        end = until_ended(host, part, _OTHERS_SECONDS)
        if end is None or end.code != 0:
            what = "has not ended" if end is None else how_ended(part, end)
            raise Broken(f"{part.name}, which others wait for, {what}", "", log(host, plan, part))
    elif how == "healthy":
        until_healthy(host, plan, part)


def until_healthy(host: Host, plan: Plan, part: Part) -> None:
    """Asks the ping path until it answers 200; raises Broken after the time that the manifest gives it."""
    limit = part.serve.startup.seconds if part.serve is not None else _OTHERS_SECONDS
    began = looked = time.monotonic()
    pause, answer = _FIRST_PAUSE, ""
    while (left := began + limit - time.monotonic()) > 0:
        answer = _ping(host, part, min(left, _PING_SECONDS))
        if not answer:
            return
        if time.monotonic() - looked >= min(_LOOK_SECONDS, limit / 2):
            end = host.ended(part)
            if end is not None:
                what = f"{part.name} {how_ended(part, end)} before it was healthy"
                raise Broken(what, "its last lines are above", log(host, plan, part))
            looked = time.monotonic()
        time.sleep(min(pause, max(left, 0)))
        pause = min(pause * 1.5, _LAST_PAUSE)
    hint = "serve.startup of the manifest says how long loading may take"
    raise Broken(f"{part.name} is not healthy after {limit} s: {answer}", hint, log(host, plan, part))


def _ping(host: Host, part: Part, seconds: float) -> str:
    """Empty when it is healthy, else what it is instead."""
    if part.serve is None:
        return "" if host.healthy(part) else "its health command fails"
    address, port = host.address(part)
    client = Client(address, port, seconds)
    try:
        reply = client.ask(request("GET", part.serve.ping, f"{address}:{port}"))
    except Unanswered as error:
        return f"{part.serve.ping}: it {error}"
    finally:
        client.close()
    return "" if reply.status == 200 else f"{part.serve.ping} answers with status {reply.status}"


def until_ended(host: Host, part: Part, seconds: float) -> End | None:
    """How it ended, or None where it still runs after so long."""
    until = time.monotonic() + seconds
    while (end := host.ended(part)) is None and time.monotonic() < until:
        time.sleep(_LAST_PAUSE)
    return end


def how_ended(part: Part, end: End) -> str:
    """In words that follow its name."""
    if end.out_of_memory:
        return f"was killed for want of memory (it has {size(part.resources.memory.bytes)})"
    if end.code < 0:
        return f"was killed by signal {-end.code}"
    return f"ended with exit code {end.code}"


def log(host: Host, plan: Plan, part: Part) -> str:
    """The last lines that it printed, without the values of secrets."""
    return hidden(host.logs(part, LOG_LINES), plan.hidden) or "(it printed nothing)"

"""Where in its life the server is, which is what `/ping` tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelyard_server.invoke import Invoker
    from modelyard_server.models import Loaded
    from modelyard_server.store import ModelStore


@dataclass(frozen=True)
class Serving:
    """What exists once the weights are verified and the model is loaded. One of `single` and `store` is
    set.
    """

    invoker: Invoker
    single: Loaded | None
    store: ModelStore | None


@dataclass
class State:
    """Changed on the event loop's thread only; `draining` also by the signal handler, on that same thread."""

    serving: Serving | None = None
    draining: bool = False
    closing: bool = False
    """The drain's delay is over: requests that begin now are refused."""
    in_flight: int = 0
    """Requests under way, of any kind."""

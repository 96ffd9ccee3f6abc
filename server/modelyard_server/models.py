"""A loaded model, and the requests that hold it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Loaded:
    """A model in memory. `users` counts calls that still run, also those whose caller has given up."""

    name: str
    url: str
    model_dir: str
    model: Any
    charge: int
    """Bytes of memory that it is charged with."""
    users: int = 0
    last_used: int = 0
    """A count of uses, not a clock: least recently used is the lowest."""
    unloading: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.idle.set()

    def hold(self) -> None:
        """A call begins."""
        self.users += 1
        self.idle.clear()

    def release(self) -> None:
        """A call is over."""
        self.users -= 1
        if self.users == 0:
            self.idle.set()

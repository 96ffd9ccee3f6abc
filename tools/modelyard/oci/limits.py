"""What an answer may cost: seconds and bytes."""

from __future__ import annotations

import time
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes. ``total_seconds`` bounds one call of the client with all its retries."""

    request_seconds: float = 20
    total_seconds: float = 60
    attempts: int = 4
    backoff_seconds: float = 0.5  # before the second attempt; doubled before each one after
    longest_wait_seconds: float = 30  # what Retry-After may ask of us
    helper_seconds: float = 20
    # The size that registries must take, and the common clients' own limit for what they read.
    manifest_bytes: int = 4 * MIB
    config_bytes: int = 4 * MIB
    token_bytes: int = 1 * MIB
    redirects: int = 5


class Deadline:
    """A moment of the monotonic clock after which nobody waits any more."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left; raises TimeoutError where there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def at_most(self, seconds: float) -> Deadline:
        """The sooner of this deadline and ``seconds`` from now."""
        sooner = Deadline(seconds)
        sooner._end = min(sooner._end, self._end)
        return sooner

    def allows(self, seconds: float) -> bool:
        """Whether a wait of ``seconds`` leaves time for anything."""
        return self._end - time.monotonic() > seconds

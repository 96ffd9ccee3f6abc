"""Whether a handler is quick enough to run on the event loop itself.

Handing a call to a thread and back costs about 70 microseconds, more than many models need to answer. A call
on the loop blocks all others for as long as it takes, also `/ping`. So calls begin in threads, move to the
loop after a run of quick ones, and go back to threads when one is slow or several are slowish, for twice as
long each time. One slowish call proves nothing: on a busy machine any thread loses its turn now and then.
"""

from __future__ import annotations

import asyncio

QUICK = 0.001
"""Seconds. Below, the hand-over is a cost that shows."""
SLOWISH = 0.010
SLOW = 0.100
"""Seconds. Above, one call on the loop delays others more than the hand-over ever cost."""
MAX_BODY = 64 * 1024
"""Bytes. The time of a larger body is not foretold by that of small ones."""
_FIRST_RUN = 32
_LONGEST_RUN = 4096
_PENALTY = 4


class InlinePolicy:
    """Counts quick calls up and others down."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self._needed = _FIRST_RUN
        self._score = 0
        self.active = False

    def allows(self, body_bytes: int) -> bool:
        """Whether the next call may run on the loop."""
        return self.active and body_bytes <= MAX_BODY

    def record(self, seconds: float, body_bytes: int) -> None:
        """Note how long a call took, wherever it ran."""
        if not self._enabled or body_bytes > MAX_BODY:
            return
        if seconds <= QUICK:
            self._score = min(self._score + 1, self._needed)
            if self._score == self._needed:
                self.active = True
            return
        penalty = _PENALTY if seconds <= SLOWISH else self._needed // 2 if seconds <= SLOW else self._needed
        self._score = max(0, self._score - penalty)
        if self.active and self._score == 0:
            self.active = False
            self._needed = min(2 * self._needed, _LONGEST_RUN)


class _Hidden:
    """Hides the running loop from what runs on its thread, so that a handler's own `asyncio.run` works there
    too.
    """

    def __enter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)

    def __exit__(self, *_: object) -> None:
        asyncio._set_running_loop(self._loop)


hidden_from_loop = _Hidden()
"""One is enough: what it wraps never awaits, so it is never entered twice."""

"""Holding Ctrl-C and SIGTERM back while one file is written, so that none is ever left in the making."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Self

_HELD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class HeldSignals:
    """Within this context the signals that end a run are only noted; ``deliver`` passes them on.

    Outside the main thread it does nothing: Python runs no signal handler there.
    """

    def __init__(self) -> None:
        self.pending: list[int] = []
        self._handlers: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        # Blocked meanwhile: an exception between two of the handlers would leave one of them set for good.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
        try:
            for number in _HELD:
                self._hold(number)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return self

    def _hold(self, number: int) -> None:
        handler = signal.getsignal(number)
        if handler is None or handler is signal.SIG_IGN:
            return  # set by something that is not Python, or not wanted at all
        try:
            signal.signal(number, self._note)
        except ValueError:  # not the main thread
            return
        self._handlers[number] = handler

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
        try:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self.deliver()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.pending.append(number)

    def deliver(self) -> None:
        """Gives what came in to the handlers that were there before; most raise, and so end the run."""
        while self.pending:
            number = self.pending.pop(0)
            handler = self._handlers[number]
            if callable(handler):
                handler(number, None)
            else:
                signal.signal(number, handler)
                signal.raise_signal(number)

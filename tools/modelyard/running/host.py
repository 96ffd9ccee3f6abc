"""Where a model can run: in containers, or as plain processes. The order of events knows neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from modelyard.running.plan import Part


@dataclass(frozen=True)
class End:
    """How a part ended: its exit code, and whether that was for want of memory."""

    code: int
    out_of_memory: bool = False


@dataclass(frozen=True)
class Peak:
    """The most memory in use at one time, in bytes, and how that is known."""

    memory: int
    source: str


class Host(Protocol):
    """Runs the parts of one plan. ``close`` leaves nothing of them, whatever happened before."""

    def start(self, part: Part) -> None:
        """Raises EngineError or RunError where it cannot even be started."""

    def address(self, part: Part) -> tuple[str, int]:
        """Where its serving port is reached from here."""

    def ended(self, part: Part) -> End | None:
        """None while it runs."""

    def healthy(self, part: Part) -> bool:
        """What its own health command says."""

    def logs(self, part: Part, lines: int) -> str:
        """The last lines that it printed."""

    def peak(self) -> Peak | None:
        """Of all parts; None where nothing is known."""

    def stop(self, part: Part) -> End | None:
        """SIGTERM, its time to drain, SIGKILL. None where it is not known how it ended."""

    def close(self) -> None:
        """Takes everything away. May be called twice."""

    def keep(self) -> bool:
        """Leaves it running when ``close`` is called; False where it cannot outlive this process."""

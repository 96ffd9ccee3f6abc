"""What a run found out, as values: for a terminal, for the table of all models, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from modelyard.running.figures import Latency
from modelyard.running.host import Peak
from modelyard.running.load import Load


@dataclass(frozen=True)
class ImageFact:
    """One image of a run: its size in bytes, and the seconds that its build took if it was ``built``."""

    container: str
    reference: str
    digest: str
    size: int
    build_seconds: float = 0.0
    built: bool = False


@dataclass(frozen=True)
class Checked:
    """A part whose answer to its sample was looked at; ``schema`` is "" where any answer would do."""

    container: str
    sample: str
    status: int
    schema: str


@dataclass(frozen=True)
class Outcome:
    """A run that came to its end. ``start_seconds`` is from the start to healthy, or of a job to its end.

    ``exit_code`` is that after SIGTERM, or of the job; None where it was not stopped, or not known.
    """

    model: str
    environment: str
    kind: str
    how: str
    images: tuple[ImageFact, ...]
    start_seconds: float
    checked: tuple[Checked, ...] = ()
    latency: Latency | None = None
    load: Load | None = None
    peak: Peak | None = None
    exit_code: int | None = None
    address: str = ""
    kept: str = ""
    notes: tuple[str, ...] = ()
    printed: str = ""

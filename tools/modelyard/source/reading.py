"""From bytes to a located tree: the one entry of this stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.findings import Finding
from modelyard.source.node import Node
from modelyard.source.report import Report, Stop
from modelyard.source.text import decode

if TYPE_CHECKING:
    from modelyard.source.events import Parser


@dataclass(frozen=True)
class Limits:
    """What a document may cost. ``max_nodes`` counts keys and values, and what aliases repeat."""

    max_bytes: int = 1024 * 1024
    max_depth: int = 32
    max_nodes: int = 20_000
    max_aliases: int = 20
    max_findings: int = 50


@dataclass(frozen=True)
class Reading:
    """A document, or why there is none: ``root`` is None whenever a finding is an error."""

    root: Node | None
    findings: tuple[Finding, ...]


default_limits = Limits()


def read(path: str, data: bytes, *, limits: Limits = default_limits) -> Reading:
    """Reads one YAML document strictly, in bounded time, without ever raising on bad input.

    ``path`` is relative to the repository and only names the file in locations. Values follow the
    YAML 1.2 core schema, but for digits with a leading zero (``012345670123``), which stay a string.
    """
    # The YAML library costs most of a command's start-up, and many commands read nothing.
    from modelyard.source.events import fastest_parser

    return understand(path, data, limits, fastest_parser)


def understand(path: str, data: bytes, limits: Limits, parser: type[Parser]) -> Reading:
    """As ``read``, through the given parser, so that tests can hold one parser against another."""
    from modelyard.source.compose import compose

    report = Report(path, limits.max_findings)
    root: Node | None = None
    try:
        text = decode(data, limits.max_bytes, report)
        root = compose(text, parser, limits, report)
    except Stop:
        root = None
    return Reading(None if report.found else root, report.findings())

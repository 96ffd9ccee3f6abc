"""Reading YAML that others wrote: many documents, anchors, merge keys, functions of CloudFormation.

Kubernetes, compose and CloudFormation take more of YAML than our own files may hold. What they take is
read as they do; what two readers could understand differently stays a finding, beside the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelyard.findings import Finding
from modelyard.source.node import Node
from modelyard.source.reading import Limits
from modelyard.source.report import Report, Stop
from modelyard.source.text import decode

# What a file of others may cost: bundles of custom resource definitions are the largest that are met.
foreign_limits = Limits(max_bytes=5 << 20, max_depth=64, max_nodes=300_000, max_aliases=1000)

# At the start of a line this ends any document: no scalar may hold it (YAML 1.2.2, 9.1.2).
marker = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)


@dataclass(frozen=True)
class Stream:
    """The documents that could be read, by their order, and all that is wrong with the file.

    ``dated`` is whether any plain scalar means something else in YAML 1.1 (``yes``, ``0777``).
    """

    roots: tuple[Node, ...]
    findings: tuple[Finding, ...]
    dated: bool = False


def read_stream(path: str, data: bytes, *, limits: Limits = foreign_limits) -> Stream:
    """Reads the documents of a YAML file, in bounded time, without ever raising on bad input.

    A broken document is a finding, and reading goes on at the next ``---``. Empty documents are left out;
    a file that holds nothing else is a finding.
    """
    report = Report(path, limits.max_findings)
    roots: list[Node] = []
    dated = False
    try:
        text = decode(data, limits.max_bytes, report)
        for root, composer in compose_all(text, limits, report):
            roots.append(root)
            dated = dated or composer.dated
        if not roots and not report.found:
            message = "the file holds no YAML document"
            report.add("empty-document", (1, 1, 1), message, "fill it in, or delete the file")
    except Stop:
        pass  # why is in the report
    return Stream(tuple(roots), report.findings(), dated)


def compose_all(text: str, limits: Limits, report: Report) -> Iterator[tuple[Node, Any]]:
    """Every document of ``text`` that can be read, and its composer. Raises ``Stop``."""
    from yaml import YAMLError

    from modelyard.source.events import fastest_parser
    from modelyard.source.foreign import ForeignComposer
    from modelyard.source.syntax import report_syntax

    nodes = start = 0
    rest = text
    while True:
        # No other parser for tabs here: what libyaml takes, the readers of these files take as well.
        composer = ForeignComposer(rest, fastest_parser, limits, report)
        composer.nodes, composer.started = nodes, start
        try:
            for root in composer.documents():
                yield root, composer
            return
        except YAMLError as error:
            report_syntax(error, rest, report)
        except Stop:
            if report.cut or composer.nodes > limits.max_nodes:
                raise
        nodes, start = composer.nodes, composer.started
        following = next_marker(text, start + 1)
        if following is None:
            return
        start, index = following
        # Empty lines for what was read already, so that every place stays what it is.
        rest = "\n" * start + text[index:]


def next_marker(text: str, line: int) -> tuple[int, int] | None:
    """The first ``---`` at or after a line (from 0): its line and its index in the text."""
    index = 0
    for _ in range(line):
        index = text.find("\n", index) + 1
        if index == 0:
            return None
    match = marker.search(text, index)
    return None if match is None else (text.count("\n", 0, match.start()), match.start())

"""From the events of a YAML parser to located nodes.

The parser's own composer is not used: it recurses in C as deep as the text says, takes duplicate keys
and repeats aliases without bound. This one asks for event after event and stops at the first limit,
so that no input costs more than its limits allow.
"""

from __future__ import annotations

import re
from typing import Any

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from modelyard.source.aliases import Anchors
from modelyard.source.events import Parser, parser_for
from modelyard.source.node import Mapping, Node, Scalar, Sequence
from modelyard.source.reading import Limits
from modelyard.source.report import Report, Stop, place, quote
from modelyard.source.scalars import BadNumber, ScalarValue, constants, number, number_starts
from modelyard.source.strings import check_string, needs_check
from modelyard.source.syntax import report_syntax

string_tag = "tag:yaml.org,2002:str"
core_prefix = "tag:yaml.org,2002:"
key_hint = "put the key in quotes, or write one that is plainly a string"
comment = re.compile(r"\s#.*")


def compose(text: str, parser: type[Parser], limits: Limits, report: Report) -> Node:
    """The tree of the one document in ``text``. Raises ``Stop`` when there is none to be had."""
    composer = Composer(text, parser_for(text, parser), limits, report)
    try:
        return composer.document()
    except YAMLError as error:
        report_syntax(error, text, report)
        raise Stop from error


class Composer:
    """Builds one tree, and reports on the way what is wrong with it."""

    def __init__(self, text: str, parser: type[Parser], limits: Limits, report: Report) -> None:
        # Events are Any: PyYAML's stubs do not tell which event carries which attribute.
        self.next_event: Any = parser(text).get_event
        self.text = text
        self.limits = limits
        self.report = report
        self.path = report.path
        self.nodes = 0
        self.anchors = Anchors(limits, report)
        self.check_strings = needs_check(text)

    def document(self) -> Node:
        """The root of the only document; an empty stream and a second document are findings."""
        self.next_event()  # the start of the stream
        event = self.next_event()
        if type(event) is StreamEndEvent:
            self.refuse_empty()
        event = self.next_event()
        root = self.value(event, 1)
        if type(root) is Scalar and root.value is None and root.text == "":
            self.refuse_empty()
        self.next_event()  # the end of the document
        event = self.next_event()
        if type(event) is DocumentStartEvent:
            message = "a second document starts here; a file holds one"
            self.report.add("several-documents", span(event), message, "move it to a file of its own")
            raise Stop
        return root

    def refuse_empty(self) -> None:
        message = "the file holds no YAML document"
        self.report.add("empty-document", (1, 1, 1), message, "fill it in, or delete the file")
        raise Stop

    def value(self, event: Any, depth: int) -> Node:
        """The node that starts with ``event``, read to its end."""
        self.nodes += 1
        if self.nodes > self.limits.max_nodes:
            message = f"the file holds more than {self.limits.max_nodes} keys and values"
            self.report.add("too-many-nodes", span(event), message, "split it into several files")
            raise Stop
        kind = type(event)
        if kind is AliasEvent:
            node, size = self.anchors.repeat(event.anchor, span(event), depth, self.nodes)
            self.nodes += size
            return node
        if event.anchor is not None:
            return self.anchored(event, kind, depth)
        return self.scalar(event) if kind is ScalarEvent else self.collection(event, kind, depth)

    def anchored(self, event: Any, kind: type, depth: int) -> Node:
        """As ``value``, for a node that aliases may repeat."""
        self.anchors.open(event.anchor, span(event))
        node = self.scalar(event) if kind is ScalarEvent else self.collection(event, kind, depth)
        self.anchors.close(event.anchor, node)
        return node

    def collection(self, event: Any, kind: type, depth: int) -> Node:
        """The mapping or sequence that starts with ``event``."""
        if depth > self.limits.max_depth:
            message = f"values are nested more than {self.limits.max_depth} deep"
            self.report.add("too-deep", span(event), message, "flatten the document")
            raise Stop
        if event.tag is not None:
            self.refuse_tag(event)
        return self.mapping(event, depth) if kind is MappingStartEvent else self.sequence(event, depth)

    def sequence(self, start: Any, depth: int) -> Sequence:
        mark = start.start_mark
        items: list[Node] = []
        event = self.next_event()
        while type(event) is not SequenceEndEvent:
            items.append(self.value(event, depth + 1))
            event = self.next_event()
        return Sequence(self.path, mark.line + 1, mark.column + 1, 1, items)

    def mapping(self, start: Any, depth: int) -> Mapping:
        mark = start.start_mark
        entries: dict[str, tuple[Scalar, Node]] = {}
        node = Mapping(self.path, mark.line + 1, mark.column + 1, 1, entries)
        event = self.next_event()
        while type(event) is not MappingEndEvent:
            key = self.key(event, depth + 1)
            value = self.value(self.next_event(), depth + 1)
            if key is not None:
                name = key.text
                if name in entries:
                    self.refuse_duplicate(key, entries[name][0])
                else:
                    entries[name] = (key, value)
            event = self.next_event()
        for first, _ in entries.values():
            # A block mapping has no mark of its own: it starts where its first key does.
            if first.line == node.line and first.column == node.column:
                node.length = first.length
            break
        return node

    def key(self, event: Any, depth: int) -> Scalar | None:
        """The key that starts with ``event``, or None when it is not one, which is reported."""
        node = self.value(event, depth)
        if type(event) is not ScalarEvent or type(node) is not Scalar or type(node.value) is not str:
            what = "an alias" if type(event) is AliasEvent else node.describe()
            message = f"this key is {what}, and keys are strings"
            self.report.add("non-string-key", span(event), message, key_hint)
            return None
        if node.text == "<<" and not event.style and event.tag is None:
            message = "merge keys (<<) are not read: each tool merges differently"
            self.report.add("merge-key", span(event), message, "write the values out")
            return None
        return node

    def refuse_duplicate(self, key: Scalar, first: Scalar) -> None:
        message = f"the key {quote(key.text)} stands at {first.line}:{first.column} already"
        where = (key.line, key.column, key.length)
        self.report.add("duplicate-key", where, message, "remove one of the two")

    def scalar(self, event: Any) -> Scalar:
        """The scalar of ``event``: typed when it is plain, a string when quoted, block or ``!!str``."""
        start, end, text = event.start_mark, event.end_mark, event.value
        if start.line == end.line:
            length = end.column - start.column or 1
        else:
            length = self.first_line(start, event.style)
        line, column = start.line + 1, start.column + 1
        if not text and start.index >= len(self.text):
            # Nothing, at the end of the file: libyaml counts one line more than PyYAML here.
            line, column = place(self.text, len(self.text.rstrip()))
        value: ScalarValue = text
        if event.style:
            pass
        elif text in constants:
            value = constants[text]
        elif text[0] in number_starts:
            value = self.number(event, text)
        if event.tag is not None:
            value = text
            if event.tag != string_tag:
                self.refuse_tag(event)
        if self.check_strings and type(value) is str:
            self.check(text, (line, column, length))
        return Scalar(self.path, line, column, length, value, text)

    def check(self, text: str, where: tuple[int, int, int]) -> None:
        """Reports what no string may hold."""
        check_string(text, where, self.report)

    def number(self, event: Any, text: str) -> ScalarValue:
        try:
            return number(text)
        except BadNumber as problem:
            if event.tag is None:
                self.report.add(problem.rule, span(event), str(problem), problem.hint)
            return text

    def refuse_tag(self, event: Any) -> None:
        tag = event.tag
        name = "!!" + tag[len(core_prefix) :] if tag.startswith(core_prefix) else tag
        hint = "remove the tag; a value has the type that it is written as"
        self.report.add("unknown-tag", span(event), f"the tag {quote(name)} is not read", hint)

    def first_line(self, start: Any, style: str | None) -> int:
        """How many code points of a scalar of several lines stand on its first one."""
        begin = start.index
        end = self.text.find("\n", begin)
        line = self.text[begin : end if end >= 0 else None]
        if style in ("|", ">"):
            line = comment.sub("", line)
        return len(line.rstrip()) or 1


def span(event: Any) -> tuple[int, int, int]:
    """Line, column and length of ``event``, as far as it stands on one line."""
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if start.line == end.line else 1
    return start.line + 1, start.column + 1, max(length, 1)

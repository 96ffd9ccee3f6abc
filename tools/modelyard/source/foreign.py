"""The composer for YAML that others wrote: merge keys, tags of CloudFormation, keys that are numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from modelyard.source.aliases import Anchors
from modelyard.source.compose import Composer, core_prefix, key_hint, span
from modelyard.source.node import Mapping, Node, Scalar, Sequence
from modelyard.source.report import Stop, quote
from modelyard.source.scalars import ScalarValue
from modelyard.source.text import describe_forbidden, invisible

# AWS, "Intrinsic function reference": the short forms. Ref and Condition have no prefix in the long form.
functions = {
    **{
        f"!{name}": f"Fn::{name}"
        for name in (
            *("Base64", "Cidr", "FindInMap", "GetAtt", "GetAZs", "ImportValue", "Join", "Length", "Select"),
            *("Split", "Sub", "ToJsonString", "Transform", "And", "Equals", "If", "Not", "Or"),
        )
    },
    "!Ref": "Ref",
    "!Condition": "Condition",
}
harmless = {MappingStartEvent: core_prefix + "map", SequenceStartEvent: core_prefix + "seq"}

# YAML 1.1, "Boolean Language-Independent Type" and "Integer ...": what it reads and YAML 1.2 does not.
words: dict[str, bool] = {
    form: value
    for value, plain in ((True, "y yes on"), (False, "n no off"))
    for word in plain.split()
    for form in (word, word.capitalize(), word.upper())
}
dated_number = re.compile(r"[-+]?(?:0b[01_]+|0[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*)")
dated_starts = frozenset("0123456789+-")
hidden = re.compile(f"[\0{invisible}]")
max_digits = 20


class Dated(Scalar):
    """A plain scalar that is a string in YAML 1.2 and ``older`` in YAML 1.1."""

    __slots__ = ("older",)

    def __init__(self, node: Scalar, older: bool | int) -> None:
        super().__init__(node.path, node.line, node.column, node.length, node.value, node.text)
        self.older = older


class ForeignComposer(Composer):
    """Builds one tree after the other. ``started`` is the line, from 0, of the last document's start."""

    started = 0
    dated = False

    def documents(self) -> Iterator[Node]:
        """Every document that is not empty. Raises ``yaml.YAMLError`` and ``Stop``."""
        self.check_strings = "\\" in self.text
        self.next_event()  # the start of the stream
        while type(event := self.next_event()) is not StreamEndEvent:
            self.started = event.start_mark.line
            self.anchors = Anchors(self.limits, self.report)
            root = self.value(self.next_event(), 1)
            if type(root) is not Scalar or root.value is not None:
                yield root
            self.next_event()  # the end of the document

    def value(self, event: Any, depth: int) -> Node:
        node = super().value(event, depth)
        if type(event) is AliasEvent or event.anchor is not None or event.tag is None:
            return node
        return self.called(node, event)

    def anchored(self, event: Any, kind: type, depth: int) -> Node:
        node = super().anchored(event, kind, depth)
        if event.tag is not None:
            node = self.called(node, event)
            self.anchors.close(event.anchor, node)
        return node

    def called(self, node: Node, event: Any) -> Node:
        """``node`` under the long form of the function that its tag names, or as it is."""
        name = functions.get(event.tag)
        if name is None:
            return node
        line, column, length = span(event)
        if name == "Fn::GetAtt" and type(node) is Scalar and "." in node.text:
            parts = [Scalar(self.path, line, column, length, one, one) for one in node.text.split(".", 1)]
            node = Sequence(self.path, line, column, length, list[Node](parts))
        key = Scalar(self.path, line, column, length, name, name)
        self.nodes += 2
        return Mapping(self.path, line, column, length, {name: (key, node)})

    def refuse_tag(self, event: Any) -> None:
        if event.tag not in functions and event.tag != harmless.get(type(event)):
            super().refuse_tag(event)

    def check(self, text: str, where: tuple[int, int, int]) -> None:
        found = hidden.search(text)
        if found is not None:
            rule, message, hint = describe_forbidden(found.group())
            message = message.replace("stands here", "is escaped in this string")
            self.report.add(rule, where, message, hint)

    def scalar(self, event: Any) -> Scalar:
        node = super().scalar(event)
        text = node.text
        if event.style or event.tag is not None or type(node.value) is not str:
            return node
        older = words.get(text)
        if older is None and text[0] in dated_starts:
            return self.dated_number(node)
        if older is None:
            return node
        self.dated = True
        return Dated(node, older)

    def dated_number(self, node: Scalar) -> Scalar:
        """The node, or with the integer that YAML 1.1 reads."""
        text = node.text
        if len(text) > max_digits or not dated_number.fullmatch(text):
            return node
        digits = text.replace("_", "")
        plain = digits.lstrip("+-")
        octal = len(plain) > 1 and plain[0] == "0" and plain[1] in "01234567"
        try:
            older = int(digits, 8 if octal else 0)
        except ValueError:  # nothing but underscores behind the prefix: no reader takes it for a number
            return node
        self.dated = True
        return Dated(node, older)

    def mapping(self, start: Any, depth: int) -> Mapping:
        mark = start.start_mark
        entries: dict[str, tuple[Scalar, Node]] = {}
        node = Mapping(self.path, mark.line + 1, mark.column + 1, 1, entries)
        merged: Node | None = None
        typed: dict[ScalarValue, Scalar] = {}
        event = self.next_event()
        while type(event) is not MappingEndEvent:
            merging = is_merge(event)
            key = None if merging else self.key(event, depth + 1)
            value = self.value(self.next_event(), depth + 1)
            if merging:
                if merged is not None:
                    message = "a second merge key (<<) stands here"
                    self.report.add("duplicate-key", span(event), message, "give one list of what to merge")
                merged = value
            elif key is not None:
                self.enter(key, value, entries, typed)
            event = self.next_event()
        for first, _ in entries.values():
            if first.line == node.line and first.column == node.column:
                node.length = first.length
            break
        if merged is not None:
            self.merge(entries, merged)
        return node

    def key(self, event: Any, depth: int) -> Scalar | None:
        """The key that starts with ``event``: numbers and booleans are keys too, by their text."""
        node = self.value(event, depth)
        if type(event) is ScalarEvent and isinstance(node, Scalar) and node.value is not None:
            return node
        what = "an alias" if type(event) is AliasEvent else node.describe()
        message = f"this key is {what}, and keys are strings"
        self.report.add("non-string-key", span(event), message, key_hint)
        return None

    def enter(
        self,
        key: Scalar,
        value: Node,
        entries: dict[str, tuple[Scalar, Node]],
        typed: dict[ScalarValue, Scalar],
    ) -> None:
        """Adds one entry; one that any reader takes for the same key as another is a finding."""
        name = key.text
        if name in entries:
            self.refuse_duplicate(key, entries[name][0])
            return
        meaning = key.older if isinstance(key, Dated) else key.value
        if type(meaning) is not str:
            first = typed.setdefault(meaning, key)
            if first is not key:
                message = f"the key {quote(name)} is the same as {quote(first.text)} to some readers"
                where = (key.line, key.column, key.length)
                self.report.add("duplicate-key", where, message, "put both in quotes, or remove one")
        entries[name] = (key, value)

    def merge(self, entries: dict[str, tuple[Scalar, Node]], merged: Node) -> None:
        """Adds what the merge key brings: the mapping's own entries win, then the first in the list."""
        for one in merged.items if isinstance(merged, Sequence) else [merged]:
            if not isinstance(one, Mapping):
                message = f"a merge key (<<) takes mappings, and this is {one.describe()}"
                where = (one.line, one.column, one.length)
                self.report.add("merge-key", where, message, "write the values out")
                continue
            self.nodes += len(one.entries)
            if self.nodes > self.limits.max_nodes:
                message = f"with what is merged, the file holds more than {self.limits.max_nodes} values"
                self.report.add("too-many-nodes", (one.line, one.column, 1), message, "write the values out")
                raise Stop
            for name, entry in one.entries.items():
                entries.setdefault(name, entry)


def is_merge(event: Any) -> bool:
    """Whether a key is the merge key of YAML 1.1."""
    return type(event) is ScalarEvent and event.value == "<<" and not event.style and event.tag is None

"""Reading JSON strictly into the same located tree as YAML (RFC 8259)."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right

from modelyard.source.node import Mapping, Node, Scalar, Sequence
from modelyard.source.reading import Limits
from modelyard.source.report import Report, Stop, quote
from modelyard.source.scalars import ScalarValue
from modelyard.source.stream import Stream, foreign_limits
from modelyard.source.text import decode, describe_forbidden, invisible

token = re.compile(
    r"""[ \t\n\r]*(?:
    (?P<mark>[{}\[\],:])
    |(?P<string>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")
    |(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![0-9A-Za-z_.+-])
    |(?P<word>true|false|null)(?![0-9A-Za-z_])
    )""",
    re.VERBOSE,
)
blank = re.compile(r"[ \t\n\r]*")
hidden = re.compile(f"[\0{invisible}]")
half = re.compile("[\ud800-\udfff]")
words: dict[str, ScalarValue] = {"true": True, "false": False, "null": None}
max_number = 64  # characters: the time that int() takes grows with the square of the digits
Token = tuple[str, str, int, int]


def read_json(path: str, data: bytes, *, limits: Limits = foreign_limits) -> Stream:
    """Reads one JSON document strictly, in bounded time, without ever raising on bad input.

    Comments, trailing commas, NaN, duplicate keys and text behind the document are findings. A duplicate key
    or a hidden character does not hide the rest of the document; what is not JSON does.
    """
    report = Report(path, limits.max_findings)
    roots: tuple[Node, ...] = ()
    try:
        text = decode(data, limits.max_bytes, report, directives=False)
        roots = (Reader(text, limits, report).document(),)
    except Stop:
        pass  # why is in the report
    return Stream(roots, report.findings())


class Reader:
    """Builds the tree of one text."""

    def __init__(self, text: str, limits: Limits, report: Report) -> None:
        self.text = text
        self.limits = limits
        self.report = report
        self.index = 0
        self.nodes = 0
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def document(self) -> Node:
        """The tree. Raises ``Stop``."""
        if not self.text.strip(" \t\r\n"):
            self.report.add("empty-document", (1, 1, 1), "the file holds no JSON", "fill it in, or delete it")
            raise Stop
        root = self.value(self.next(), 1)
        kind, _, start, _ = self.next()
        if kind != "end":
            raise self.refuse(start, "something stands behind the document")
        return root

    def next(self) -> Token:
        """Kind, text, start and length of the next token."""
        match = token.match(self.text, self.index)
        if match is None:
            start = blank.match(self.text, self.index)
            place = start.end() if start is not None else self.index
            if place == len(self.text):
                return ("end", "", place, 1)
            raise self.refuse(place, "this is not JSON")
        self.index = match.end()
        kind = match.lastgroup or ""
        text = match[kind]
        return (kind, text, match.end() - len(text), len(text))

    def place(self, index: int) -> tuple[int, int]:
        line = bisect_right(self.lines, index)
        return line, index - self.lines[line - 1] + 1

    def refuse(self, index: int, message: str) -> Stop:
        """Reports the syntax at ``index``; what it gives is to be raised."""
        hint = "JSON takes double quotes, no comments, no comma at the end, and no NaN"
        self.report.add("json-syntax", (*self.place(index), 1), message, hint)
        return Stop()

    def value(self, one: Token, depth: int) -> Node:
        """The node that starts with the token ``one``."""
        kind, text, start, length = one
        self.nodes += 1
        line, column = self.place(start)
        if self.nodes > self.limits.max_nodes:
            message = f"the file holds more than {self.limits.max_nodes} keys and values"
            self.report.add("too-many-nodes", (line, column, 1), message, "split it into several files")
            raise Stop
        if text in "{[" and kind == "mark":
            if depth > self.limits.max_depth:
                message = f"values are nested more than {self.limits.max_depth} deep"
                self.report.add("too-deep", (line, column, 1), message, "flatten the document")
                raise Stop
            return self.mapping(start, depth) if text == "{" else self.sequence(start, depth)
        if kind == "string":
            value: ScalarValue = self.string(text, (line, column, length))
        elif kind == "number":
            value = self.number(text, start)
        elif kind == "word":
            value = words[text]
        else:
            raise self.refuse(
                start, "a value is missing here" if kind == "mark" else "the text ends too soon"
            )
        shown = value if isinstance(value, str) else text
        return Scalar(self.report.path, line, column, length, value, shown)

    def string(self, text: str, where: tuple[int, int, int]) -> str:
        if "\\" not in text:
            return text[1:-1]
        value: str = json.loads(text)
        found = hidden.search(value)
        if found is not None:
            rule, message, hint = describe_forbidden(found.group())
            self.report.add(rule, where, message.replace("stands here", "is escaped in this string"), hint)
        if half.search(value):
            message = "an escape in this string stands for no Unicode character"
            self.report.add(
                "lone-surrogate", where, message, "write both halves of the pair, or the character"
            )
            value = half.sub("\ufffd", value)
        return value

    def number(self, text: str, start: int) -> int | float:
        if len(text) > max_number:
            raise self.refuse(start, f"a number of {len(text)} characters is too long to be exact")
        value = int(text) if text.lstrip("-").isdigit() else float(text)
        if not math.isfinite(value):
            raise self.refuse(start, f"{text} is too large for any reader")
        return value

    def sequence(self, start: int, depth: int) -> Sequence:
        items: list[Node] = []
        node = Sequence(self.report.path, *self.place(start), 1, items)
        one = self.next()
        if one[1] == "]" and one[0] == "mark":
            return node
        while True:
            items.append(self.value(one, depth + 1))
            if self.closed("]"):
                return node
            one = self.next()

    def mapping(self, start: int, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        node = Mapping(self.report.path, *self.place(start), 1, entries)
        one = self.next()
        if one[1] == "}" and one[0] == "mark":
            return node
        while True:
            if one[0] != "string":
                raise self.refuse(one[2], "a key in double quotes is missing here")
            key = self.value(one, depth + 1)
            colon = self.next()
            if colon[1] != ":" or colon[0] != "mark":
                raise self.refuse(colon[2], "a colon is missing here")
            value = self.value(self.next(), depth + 1)
            if isinstance(key, Scalar):
                self.enter(key, value, entries)
            if self.closed("}"):
                return node
            one = self.next()

    def enter(self, key: Scalar, value: Node, entries: dict[str, tuple[Scalar, Node]]) -> None:
        name = key.text
        if name in entries:
            first = entries[name][0]
            message = f"the key {quote(name)} stands at {first.line}:{first.column} already"
            where = (key.line, key.column, key.length)
            self.report.add("duplicate-key", where, message, "remove one of the two")
        else:
            entries[name] = (key, value)

    def closed(self, bracket: str) -> bool:
        """Whether the collection ends here; otherwise there is a comma."""
        kind, text, start, _ = self.next()
        if kind == "mark" and text == bracket:
            return True
        if kind == "mark" and text == ",":
            return False
        raise self.refuse(start, f"a comma or {bracket} is missing here")

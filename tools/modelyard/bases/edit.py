"""Changing scalars of a YAML file in place: every byte that is not meant stays as it is.

What comes out is read again and held against what was meant, so a layout that this module does not
understand ends in ``NotEditable`` and never in a wrong file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType

from modelyard.source import Mapping, Node, Scalar, Sequence, read

# What reads as itself without quotes, also between brackets.
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/@()+-]|:(?=[^ ]))*(?<! )")


class NotEditable(Exception):
    """The file is written in a way that cannot be changed in place; the message says where and why."""


class Editor:
    """Collects changes to one text and makes them all at once. Lines and columns are those of the nodes."""

    def __init__(self, data: bytes) -> None:
        self._lines = data.decode().split("\n")
        self._replaced: list[tuple[int, int, int, str]] = []  # line, start, end, new text
        self._inserted: list[tuple[int, str]] = []  # after which line, and the new line

    def replace(self, node: Node | None, value: str) -> None:
        """Another value for a scalar of one line, in its own quotes."""
        if not isinstance(node, Scalar):
            raise NotEditable("there is no single value to replace")
        line = self._lines[node.line - 1]
        start, end = node.column - 1, node.column - 1 + node.length
        self._replaced.append((node.line, start, end, _quoted(line[start:end], node, value)))

    def extend(self, node: Node | None, values: SequenceType[str]) -> None:
        """More items at the end of a list of plain words."""
        if not isinstance(node, Sequence) or not node.items:
            raise NotEditable("there is no list to extend")
        last = node.items[-1]
        line = self._lines[last.line - 1]
        before = line[: last.column - 1]
        if re.fullmatch(r"\s*-\s+", before):
            for value in values:
                self._insert(last.line, f"{before}{value}")
        else:
            end = last.column - 1 + last.length
            self._replaced.append((last.line, end, end, "".join(f", {value}" for value in values)))

    def put(self, mapping: Node | None, key: str, value: str, after: SequenceType[str]) -> None:
        """The value of ``key``: replaced, or added below the first key of ``after`` that is there."""
        if not isinstance(mapping, Mapping) or not mapping.entries:
            raise NotEditable(f"there is no mapping for {key}")
        if key in mapping.entries:
            self.replace(mapping.get(key), value)
            return
        names = [*(name for name in after if name in mapping.entries), *list(mapping.entries)[-1:]]
        label, neighbour = mapping.entries[names[0]]
        self._insert(last_line(neighbour), f"{self._indent(label)}{key}: {_plain_or_double(value)}")

    def add_mapping(self, mapping: Mapping, key: str, entries: MappingType[str, str]) -> None:
        """A new mapping behind everything that ``mapping`` holds."""
        indent = self._indent(next(iter(mapping.entries.values()))[0])
        end = last_line(mapping)
        self._insert(end, f"{indent}{key}:")
        for name, value in entries.items():
            self._insert(end, f"{indent}  {name}: {_plain_or_double(value)}")

    def result(self) -> bytes:
        """The new text."""
        lines: list[str] = list(self._lines)
        for number, start, end, new in sorted(self._replaced, reverse=True):
            line = lines[number - 1]
            lines[number - 1] = line[:start] + new + line[end:]
        new_lines: list[str] = []
        for number, line in enumerate(lines, 1):
            added = [new for after, new in self._inserted if after == number]
            ending = "\r" if line.endswith("\r") else ""
            new_lines += [line, *(new + ending for new in added)]
        return "\n".join(new_lines).encode()

    def _insert(self, after: int, line: str) -> None:
        self._inserted.append((after, line))

    def _indent(self, label: Scalar) -> str:
        indent = self._lines[label.line - 1][: label.column - 1]
        if indent.strip(" "):
            raise NotEditable(f"line {label.line}: put each field on a line of its own")
        return indent


def last_line(node: Node) -> int:
    """The line on which the last part of a node begins."""
    if isinstance(node, Mapping):
        return max([node.line, *(last_line(value) for _, value in node.entries.values())])
    if isinstance(node, Sequence):
        return max([node.line, *(last_line(item) for item in node.items)])
    return node.line


def _quoted(old: str, node: Scalar, value: str) -> str:
    """The value as the old one was written. Raises NotEditable for what is not the whole old value."""
    if old == node.text:
        return _plain_or_double(value)
    if len(old) >= 2 and old[0] == old[-1] == "'":
        return "'" + value.replace("'", "''") + "'"
    if len(old) >= 2 and old[0] == old[-1] == '"':
        return _double(value)
    raise NotEditable(f"line {node.line}: write this value on one line, without anchor or tag")


def _plain_or_double(value: str) -> str:
    """Without quotes where that reads as the same string, and not as a number or a boolean."""
    if _PLAIN.fullmatch(value):
        root = read("value", value.encode()).root
        if isinstance(root, Scalar) and root.value == value and isinstance(root.value, str):
            return value
    return _double(value)


def _double(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

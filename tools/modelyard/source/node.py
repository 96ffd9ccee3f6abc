"""The located tree that a YAML document is read into: plain data that remembers where it stood."""

from __future__ import annotations

from modelyard.findings import Location

type_names = {str: "a string", int: "an integer", float: "a number", bool: "a boolean"}


class Node:
    """One value of a document. ``line`` and ``column`` count from 1; ``length`` is what to underline."""

    __slots__ = ("column", "length", "line", "path")

    def __init__(self, path: str, line: int, column: int, length: int = 1) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.length = length

    @property
    def location(self) -> Location:
        return Location(self.path, self.line, self.column, self.length)

    def describe(self) -> str:
        """What this value is, for a message: ``a string``, ``a mapping`` ..."""
        raise NotImplementedError

    def plain(self) -> object:
        """The value without its places: dict, list, str, int, float, bool or None."""
        raise NotImplementedError


class Scalar(Node):
    """A string, number, boolean or null. ``text`` is what the file says, before any meaning."""

    __slots__ = ("text", "value")

    def __init__(
        self,
        path: str,
        line: int,
        column: int,
        length: int,
        value: str | int | float | bool | None,
        text: str,
    ) -> None:
        super().__init__(path, line, column, length)
        self.value = value
        self.text = text

    def describe(self) -> str:
        return "null" if self.value is None else type_names[type(self.value)]

    def plain(self) -> object:
        return self.value


class Sequence(Node):
    """A list of nodes."""

    __slots__ = ("items",)

    def __init__(self, path: str, line: int, column: int, length: int, items: list[Node]) -> None:
        super().__init__(path, line, column, length)
        self.items = items

    def describe(self) -> str:
        return "a list"

    def plain(self) -> object:
        return [item.plain() for item in self.items]


class Mapping(Node):
    """Keys in the order of the file; each keeps the node of the key itself beside its value."""

    __slots__ = ("entries",)

    def __init__(
        self,
        path: str,
        line: int,
        column: int,
        length: int,
        entries: dict[str, tuple[Scalar, Node]],
    ) -> None:
        super().__init__(path, line, column, length)
        self.entries = entries

    def describe(self) -> str:
        return "a mapping"

    def plain(self) -> object:
        return {key: value.plain() for key, (_, value) in self.entries.items()}

    def get(self, key: str) -> Node | None:
        """The value of ``key``, or None where the mapping does not have it."""
        entry = self.entries.get(key)
        return None if entry is None else entry[1]

"""Python patterns as ECMA-262 patterns: what JSON Schema asks for, and what editors compile.

The result means the same to Python's ``re.search`` and to a JavaScript ``RegExp`` with the ``u`` flag:
classes that know all of Unicode in one and only ASCII in the other are spelt out.
"""

from __future__ import annotations

import re

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_"}
_SAME = frozenset("nrtsS^$\\.*+?()[]{}|/")
_GROUP = re.compile(r"\(\?(?:([is]+):|:|=|!|<=|<!)")
_ANYTHING = r"[\s\S]"


def anchored(pattern: str) -> str:
    """The pattern of what ``re.fullmatch`` takes. Raises ValueError for what has no counterpart."""
    return f"^(?:{_Translation(pattern).result()})$"


def reanchored(pattern: str) -> str:
    """The same for a pattern that is spelt with ``^`` and ``$`` already, as those of parsed values are."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise ValueError(f"{pattern!r} is not anchored at both ends")
    return anchored(pattern[1:-1])


class _Translation:
    """One pass over a pattern; ``flags`` holds the inline flags of every open group."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.flags = [""]
        self.in_class = False

    def result(self) -> str:
        parts = []
        while self.at < len(self.pattern):
            parts.append(self._next())
        return "".join(parts)

    def _next(self) -> str:
        char = self.pattern[self.at]
        if char == "\\":
            return self._escape()
        if not self.in_class and char == "(":
            return self._group()
        self.at += 1
        if self.in_class:
            self.in_class = char != "]"
            if char.isalpha() and "i" in self.flags[-1]:
                raise ValueError(f"a class in a group without regard to case: {self.pattern!r}")
            return char
        if char == "[":
            return self._open_class()
        if char == ")":
            self.flags.pop()
        elif char == ".":
            return _ANYTHING if "s" in self.flags[-1] else r"[^\n]"
        elif char.isalpha() and "i" in self.flags[-1]:
            return f"[{char.lower()}{char.upper()}]"
        return char

    def _open_class(self) -> str:
        self.in_class = True
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        if self.pattern.startswith("]", self.at):  # literal in Python, the end of the class in JavaScript
            self.at += 1
            return "[^\\]" if negated else "[\\]"
        return "[^" if negated else "["

    def _escape(self) -> str:
        char = self.pattern[self.at + 1]
        if char == "x":
            text = self.pattern[self.at : self.at + 4]
            self.at += 4
            return text
        self.at += 2
        if char in _CLASSES:
            return _CLASSES[char] if self.in_class else f"[{_CLASSES[char]}]"
        if char in _SAME or (char == "-" and self.in_class):
            return "\\" + char
        if char.isalnum():
            raise ValueError(f"\\{char} has no counterpart in ECMA-262: {self.pattern!r}")
        return char

    def _group(self) -> str:
        match = _GROUP.match(self.pattern, self.at)
        if match is None and self.pattern.startswith("(?", self.at):
            raise ValueError(f"a group that ECMA-262 does not have, at {self.at} of {self.pattern!r}")
        self.flags.append(self.flags[-1] + ((match[1] or "") if match else ""))
        if match is None:
            self.at += 1
            return "("
        self.at = match.end()
        return "(?:" if match[1] else match[0]

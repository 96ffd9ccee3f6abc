"""Markdown as the tests of the documents see it: fenced blocks, headings and links, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True)
class Block:
    """A fenced block. ``start`` is the index of its first inner line, ``end`` of the closing fence."""

    language: str
    path: str
    start: int
    end: int
    lines: tuple[str, ...]


def blocks(lines: list[str]) -> Iterator[Block]:
    """The fenced blocks; what follows the language on the opening line is the path of a file."""
    opened, language, path = -1, "", ""
    for index, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if opened < 0:
            language, _, path = line[3:].partition(" ")
            opened = index + 1
        else:
            yield Block(language, path.strip(), opened, index, tuple(lines[opened:index]))
            opened = -1
    assert opened < 0, f"the block that opens at line {opened} is never closed"


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Lines outside fenced blocks, numbered from 1."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield number, line


def links(text: str) -> Iterator[tuple[int, str]]:
    """Where links of the form ``[text](to)`` lead, with their lines; code is no link."""
    for number, line in prose(text):
        for match in _LINK.finditer(_CODE.sub("", line)):
            yield number, match.group(1)


def anchors(text: str) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for _, line in prose(text):
        if re.match(r"#{1,6} ", line):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line.lstrip("#").strip()).lower()
            name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            found[name] = found.get(name, -1) + 1
    return {
        name if again == 0 else f"{name}-{again}"
        for name, count in found.items()
        for again in range(count + 1)
    }


def documents(root: Path) -> list[Path]:
    """Every Markdown file that is ours: of the repository, but not of environments that tools made in it."""
    return sorted(
        path
        for path in root.rglob("*.md")
        if not any(
            part.startswith(".") or part in ("node_modules", "build", "dist")
            for part in path.relative_to(root).parts[:-1]
        )
    )

"""The texts of a Dockerfile: what its instructions say, and in what sort of place."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.rules.secrets._leaves import Leaf, Place
from modelyard.subjects.dockerfile_lines import Line, parse
from modelyard.subjects.dockerfile_words import pairs, unquote


def dockerfile_leaves(text: str) -> Iterator[Leaf]:
    """Each value of ENV, ARG and LABEL under its name, and the text of every other instruction."""
    for line in parse(text).lines:
        path = (line.line,)
        if line.keyword in ("ENV", "LABEL"):
            for name, value in pairs(line.arguments):
                if value:
                    place: Place = "label" if line.keyword == "LABEL" else "environment"
                    yield Leaf(path, name, unquote(value), place, line.keyword == "ENV")
        elif line.keyword == "ARG":
            for name, value in pairs(line.arguments):
                if value:
                    yield Leaf(path, name, unquote(value), "build-argument", True)
        else:
            yield from _text(line)


def _text(line: Line) -> Iterator[Leaf]:
    path = (line.line,)
    if line.exec_form:
        previous = ""
        for word in line.exec_form:
            is_value = previous.startswith("-") and "=" not in previous and not word.startswith("-")
            yield Leaf(path, previous.lstrip("-") if is_value else "", word, "command", is_value)
            previous = word
    else:
        flags = " ".join(
            f"{name}={value}" for name, value in line.flags if name not in ("mount", "from", "chown")
        )
        yield Leaf(path, "", f"{flags} {line.arguments}".strip(), "command", False)
    for heredoc in line.heredocs:
        yield Leaf(path, "", heredoc, "command", False)

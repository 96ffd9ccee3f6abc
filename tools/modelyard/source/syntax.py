"""What a YAML parser complains of, as findings that a person can act on."""

from __future__ import annotations

from yaml import MarkedYAMLError, YAMLError

from modelyard.source.events import bad_escape
from modelyard.source.report import Report

# Words of libyaml and of PyYAML, and what usually mends the file when they appear.
hints = (
    (
        "mapping values are not allowed",
        "put a value that holds a colon in quotes, or check the indentation",
    ),
    ("expected ':'", "write `key: value`, with a space after the colon"),
    ("cannot start any token", "put the value in quotes: this character has a meaning in YAML"),
    ("while parsing a block mapping", "check the indentation: keys of one mapping start in one column"),
    ("while parsing a block collection", "check the indentation: items of one list start in one column"),
    ("while parsing a flow", "close the bracket, and put a comma between items"),
    ("quoted scalar", "close the quote, or double it if it belongs to the text"),
    ("escape", "in double quotes, write a backslash as \\\\"),
)
no_colon = "could not find expected ':'"
general_hint = "check the indentation, the quotes and the colons around this place"


def report_syntax(error: YAMLError, text: str, report: Report) -> None:
    """Adds the finding for ``error``, which the parser raised over ``text``."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        report.add("yaml-syntax", (1, 1, 1), f"this is not YAML: {error}", general_hint)
        return
    problem = error.problem or "the syntax is wrong"
    mark, context_mark = error.problem_mark, error.context_mark
    if problem == bad_escape and context_mark is not None:
        where = (context_mark.line + 1, context_mark.column + 1, 1)
        message = "an escape in this string stands for no Unicode character"
        hint = "write a character beyond U+FFFF as itself, or as \\U and eight digits"
        report.add("lone-surrogate", where, message, hint)
        return
    if problem == no_colon and context_mark is not None:
        mark = context_mark  # the key itself says more than the place where its colon was given up
    lines = text.split("\n")
    if report_tab(lines, mark.line, mark.column, report):
        return
    line, column = inside(lines, mark.line, mark.column)
    if "unknown escape" in problem and lines[line][column : column + 1] != "\\":
        column = max(column - 1, 0)  # PyYAML points behind the backslash, libyaml at it
    context = error.context or ""
    if context_mark is not None:
        context = f"{context} that starts at {context_mark.line + 1}:{context_mark.column + 1}"
    message = f"{problem}, {context}" if context else problem
    hint = next((hint for words, hint in hints if words in message), general_hint)
    report.add("yaml-syntax", (line + 1, column + 1, 1), message, hint)


def inside(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """The place itself, or behind the last text of the file when the place is beyond it.

    An unclosed bracket is noticed at the end of the file, which libyaml and PyYAML count differently.
    """
    last = next((number for number in range(len(lines) - 1, 0, -1) if lines[number].strip()), 0)
    end = len(lines[last].rstrip())
    return min((line, column), (last, end))


def report_tab(lines: list[str], line: int, column: int, report: Report) -> bool:
    """Adds a finding when a tab at this place, or in the indentation before it, is the problem."""
    text = lines[line] if line < len(lines) else ""
    indentation = text[: len(text) - len(text.lstrip(" \t"))]
    if "\t" in indentation:
        column = indentation.index("\t")
    elif text[column : column + 1] != "\t":
        return False
    message = "a tab stands where YAML takes spaces only"
    report.add("tab-indentation", (line + 1, column + 1, 1), message, "use spaces")
    return True

"""From the text of a Dockerfile to its instructions: directives, continuations, comments, flags, heredocs.

Behaves as BuildKit's parser; docs.docker.com, "Dockerfile reference", says most of it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from modelyard.subjects.dockerfile_words import is_closed, pairs, split_words, unquote

keywords = frozenset(
    {
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"),
        *("MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    }
)


def refuse(word: str) -> None:
    """For NaN and Infinity, which Python takes for JSON and nobody else does."""
    raise ValueError(f"{word} is not JSON")


decoder = json.JSONDecoder(parse_constant=refuse)
with_heredocs = frozenset({"ADD", "COPY", "RUN"})
with_exec_form = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"})
blanks = " \t\v\f\r"
space = re.compile(r"[ \t\v\f\r]+")
directive = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*")
directives = frozenset({"syntax", "escape", "check"})
flag = re.compile(
    r"""--(?:[^\s'"\\]|\\.|\\$|'(?:[^'\\]|\\.)*(?:'|\\?$)|"(?:[^"\\]|\\.)*(?:"|\\?$))*""", re.DOTALL
)
flag_piece = re.compile(r"""\\(.)|\\$|(['"])""", re.DOTALL)
# A word of the shell that opens a heredoc: 3<<-"NAME".
heredoc = re.compile(r"""\d*<<(?P<chomp>-?)(?P<name>[^<]+)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction. ``line`` and ``last`` count from 1; ``flags`` are pairs, in order."""

    keyword: str
    flags: tuple[tuple[str, str], ...]
    arguments: str
    exec_form: tuple[str, ...] | None
    heredocs: tuple[str, ...]
    line: int
    last: int


@dataclass(slots=True)
class Parsed:
    """The instructions of a text; ``problems`` are lines, and why they are no instructions."""

    lines: list[Line] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    escape: str = "\\"


def parse(text: str) -> Parsed:
    """The instructions of ``text``. What is none is a problem, and reading goes on behind it."""
    parsed = Parsed()
    rows = text.split("\n")
    if rows and not rows[-1]:
        rows.pop()
    at = read_directives(rows, parsed)
    escape = re.escape(parsed.escape)
    continued = re.compile(rf"(?<!{escape}){escape}[ \t]*\Z")
    while at < len(rows):
        first = at
        line, open_ = trimmed(rows[at].rstrip("\r").lstrip(), continued)
        at += 1
        if line.startswith("#") or (not line and not open_):
            continue
        while open_ and at < len(rows):
            row = rows[at].rstrip("\r")
            at += 1
            bare = row.lstrip()
            if not bare or bare.startswith("#"):
                continue
            row, open_ = trimmed(row, continued)
            line += row
        at = add_line(line, first + 1, rows, at, parsed)
    return parsed


def trimmed(row: str, continued: re.Pattern[str]) -> tuple[str, bool]:
    """A row without its continuation character, and whether it had one; a comment has none."""
    match = None if row.startswith("#") else continued.search(row)
    return (row, False) if match is None else (row[: match.start()], True)


def read_directives(rows: list[str], parsed: Parsed) -> int:
    """Takes in the parser directives at the top, and gives the number of the first row behind them."""
    seen: set[str] = set()
    for number, row in enumerate(rows):
        match = directive.fullmatch(row.rstrip("\r").lstrip())
        if match is None or match[1].lower() not in directives:
            return number
        name = match[1].lower()
        if name in seen:
            parsed.problems.append((number + 1, f"the directive {name} stands here twice"))
        seen.add(name)
        if name == "escape":
            if match[2] in ("\\", "`"):
                parsed.escape = match[2]
            else:
                parsed.problems.append((number + 1, "the directive escape takes \\ or `"))
    return len(rows)


def add_line(line: str, first: int, rows: list[str], at: int, parsed: Parsed) -> int:
    """Adds the instruction of a logical line, and gives the number of the first row behind its heredocs."""
    words = space.split(line.strip(), maxsplit=1)
    keyword = words[0].upper()
    if not keyword:
        return at
    rest = words[1] if len(words) > 1 else ""
    flags, arguments = split_flags(rest)
    arguments = arguments.strip()
    inner = arguments
    carrier = keyword
    if keyword == "ONBUILD":
        carrier, *more = space.split(arguments, maxsplit=1)  # at a tab, too
        carrier, inner = carrier.upper(), split_flags(more[0] if more else "")[1].strip()
    if keyword == "HEALTHCHECK" and arguments[:3].upper() == "CMD":
        carrier, inner = "CMD", arguments[3:].strip()
    exec_form = None
    try:
        exec_form = json_form(inner) if carrier in with_exec_form else None
    except TypeError as problem:
        parsed.problems.append((first, str(problem)))
    heredocs: list[str] = []
    if carrier in with_heredocs and exec_form is None and "<<" in line:
        at = read_heredocs(line, first, rows, at, heredocs, parsed)
    if keyword not in keywords:
        shown = keyword if len(keyword) <= 30 and keyword.isalnum() else "this"
        parsed.problems.append((first, f"{shown} is no instruction of a Dockerfile"))
    elif not arguments and not flags and not heredocs:
        parsed.problems.append((first, f"{keyword} has no arguments"))
    elif keyword == "HEALTHCHECK" and not is_health(arguments):
        parsed.problems.append((first, "HEALTHCHECK takes CMD and a command, or NONE alone"))
    elif keyword in ("ENV", "LABEL") and any(value is None for _, value in pairs(arguments, parsed.escape)):
        parsed.problems.append((first, f"{keyword} takes name=value"))
    form = exec_form if keyword != "ONBUILD" else None
    parsed.lines.append(Line(keyword, flags, arguments, form, tuple(heredocs), first, at))
    return at


def is_health(arguments: str) -> bool:
    """Whether they are those of HEALTHCHECK; a CMD with nothing to run is left to whoever asks for probes."""
    kind, *rest = space.split(arguments, maxsplit=1)
    return kind.upper() == "CMD" or (kind.upper() == "NONE" and not rest)


def read_heredocs(line: str, first: int, rows: list[str], at: int, found: list[str], parsed: Parsed) -> int:
    """Adds the texts of the heredocs that a line opens, and gives the number of the first row behind them."""
    for name, chomp in opened(line, parsed.escape):
        begin = at
        while at < len(rows):
            row = rows[at].removesuffix("\r")
            at += 1
            if (row.lstrip("\t") if chomp else row) == name:
                found.append("".join(f"{one}\n" for one in rows[begin : at - 1]))
                break
        else:
            parsed.problems.append((first, "a heredoc is not closed"))
            found.append("".join(f"{one}\n" for one in rows[begin:at]))
    return at


def opened(line: str, escape: str) -> list[tuple[str, bool]]:
    """Name of each heredoc that the words of a line open, and whether its closing word may follow tabs.

    A line whose quotes or braces are not closed opens none: BuildKit does not see its words.
    """
    if not is_closed(line, escape):
        return []
    found: list[tuple[str, bool]] = []
    for word in split_words(line, escape):
        match = heredoc.fullmatch(word)
        if match is not None:
            name = unquote(match["name"], escape)
            if name:
                found.append((name, bool(match["chomp"])))
    return found


def split_flags(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The flags (``--name=value``) at the start of the arguments, and the rest."""
    flags: list[tuple[str, str]] = []
    rest = text.lstrip()
    while rest.startswith("--"):
        match = flag.match(rest)
        end = 2 if match is None else match.end()
        written, rest = rest[:end], rest[end:].lstrip()
        if written == "--":
            break
        name, _, value = plain_flag(written)[2:].partition("=")
        flags.append((name, value))
    return tuple(flags), rest


def plain_flag(text: str) -> str:
    """A flag without its quotes and backslashes."""
    if "'" not in text and '"' not in text and "\\" not in text:
        return text
    pieces: list[str] = []
    quote = ""
    at = 0
    while at < len(text):
        match = flag_piece.match(text, at)
        if match is None or (match[2] and quote and match[2] != quote):
            pieces.append(text[at])
            at += 1
            continue
        at = match.end()
        if match[2]:
            quote = "" if quote else match[2]
        elif match[1]:
            pieces.append(match[1])
    return "".join(pieces)


def json_form(text: str) -> tuple[str, ...] | None:
    """The words of the exec form, ``["a", "b"]``; None where the text is no list of JSON.

    As in BuildKit, what stands behind the list does not count. Raises ``TypeError`` for other than strings.
    """
    if not text.startswith("["):
        return None
    try:
        words = decoder.raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(word, str) for word in words):
        raise TypeError("the list is to hold strings only")
    return tuple(words)

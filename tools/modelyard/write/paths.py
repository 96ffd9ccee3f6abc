"""Which paths may be written at all, decided on the text alone, before any disk is touched."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator

TEMPORARY_PREFIX = ".modelyard-"
TEMPORARY_SUFFIX = ".tmp"
LONGEST_NAME = 255  # bytes; NAME_MAX of ext4, xfs, tmpfs, btrfs and APFS
LONGEST_PATH = 1000  # bytes; PATH_MAX is 1024 on macOS, and the checkout's own folder comes on top

# Nearly every path is of this kind; the match spares it the look at each component.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*")


def is_temporary(name: str) -> bool:
    """Whether a file name is one that the writer gives to a file in the making (see ``temporary_name``)."""
    if not (name.startswith(TEMPORARY_PREFIX) and name.endswith(TEMPORARY_SUFFIX)):
        return False
    middle = name[len(TEMPORARY_PREFIX) : -len(TEMPORARY_SUFFIX)]
    process, dash, number = middle.partition("-")
    return bool(dash) and process.isdecimal() and number.isdecimal()


def temporary_name(number: int) -> str:
    """A name for a file in the making: ``.modelyard-<process id>-<number>.tmp``."""
    return f"{TEMPORARY_PREFIX}{os.getpid()}-{number}{TEMPORARY_SUFFIX}"


def shown(path: str) -> str:
    """The path as it can be printed: control characters and undecodable bytes become escapes."""
    if path.isascii() and path.isprintable():
        return path
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode("ascii")
        for char in path
    )


def why_unsafe(path: str) -> str:
    """Why a repo-relative POSIX path may not be written, or ``""`` where it may."""
    if len(path) <= LONGEST_NAME and _PLAIN.fullmatch(path):
        return ""
    if path.startswith("/"):
        return "the path is absolute"
    if "\\" in path:
        return "the path has a backslash, which is a separator on other systems"
    if any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or char in "\u2028\u2029" for char in path):
        return "the path has a control character"
    try:
        encoded = path.encode("utf-8")
    except UnicodeEncodeError:
        return "the path is not Unicode text"
    if not path.isascii() and sys.getfilesystemencoding() != "utf-8":
        return "the path cannot be spelled in this locale; set LC_ALL=C.UTF-8"
    if len(encoded) > LONGEST_PATH:
        return f"the path is {len(encoded)} bytes long; {LONGEST_PATH} are possible"
    for component in encoded.split(b"/"):
        reason = _why_unsafe_component(component)
        if reason:
            return reason
    return ""


def _why_unsafe_component(component: bytes) -> str:
    if not component:
        return "the path has an empty component"
    if component in (b".", b".."):
        return f"the path has the component `{component.decode()}`"
    if component.lower() == b".git":
        return "the path leads into Git's own folder"
    if len(component) > LONGEST_NAME:
        return f"a component of the path is {len(component)} bytes long; {LONGEST_NAME} are possible"
    if component.isascii() and is_temporary(component.decode("ascii")):
        return "the name is kept for files in the making"
    return ""


def parents(path: str) -> Iterator[str]:
    """The folders that hold a path, the nearest first: ``a/b/c`` gives ``a/b``, ``a``."""
    parent = path.rpartition("/")[0]
    while parent:
        yield parent
        parent = parent.rpartition("/")[0]


def outermost(directories: Iterable[str]) -> tuple[str, ...]:
    """The directories in order, without those that lie below another one of them."""
    every = set(directories)
    return tuple(sorted(path for path in every if every.isdisjoint(parents(path))))


def clashes(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs (path, other) that cannot both exist everywhere; folders of the paths are looked at too.

    Two spellings that differ by case or Unicode normalisation are one file on macOS and Windows.
    A pair of two equal strings means that this path is wanted as a file and as a folder.
    """
    spelling: dict[str, str] = {}
    directories: set[str] = set()
    files = sorted(paths)
    for path in files:
        for parent in parents(path):
            if parent in directories:
                break
            directories.add(parent)
    for path in [*sorted(directories), *files]:
        folded = _fold(path)
        if folded in spelling:
            yield path, spelling[folded]
        else:
            spelling[folded] = path


def _fold(path: str) -> str:
    if path.isascii():
        return path.lower()
    from unicodedata import normalize  # a megabyte that ASCII paths never need

    return normalize("NFC", normalize("NFD", path).casefold())

"""Reading what scanners wrote, strictly: bounded in size, whole, and of the shape that is expected."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value")
MIB = 1024 * 1024
LARGEST_OUTPUT = 256 * MIB  # of a report or a stream; trivy's about 20,000 files is 40 MiB


class Unusable(Exception):
    """Why there is no answer of a scanner: ``rule`` is ``scanner-crashed`` and its kin.

    ``seen`` finishes the sentence "hadolint ..."; ``hint`` says what mends it.
    """

    def __init__(self, rule: str, seen: str, hint: str = "") -> None:
        super().__init__(seen)
        self.rule = rule
        self.seen = seen
        self.hint = hint


class Malformed(Unusable):
    """What the scanner wrote is not what it should write."""

    def __init__(self, seen: str) -> None:
        super().__init__("scanner-output", seen)


def read_bounded(path: Path) -> bytes:
    """A report that a scanner wrote. Raises Malformed for one that is missing, no file, or over the bound."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_OUTPUT:
                raise Malformed(f"wrote {path.name} as no file, or over {LARGEST_OUTPUT // MIB} MiB")
            return file.read()
    except OSError as error:
        raise Malformed(f"left no readable {path.name}: {error.strerror}") from error


def read_json(data: bytes, what: str) -> Any:
    """A report as plain data. Raises Malformed for anything but one whole JSON value."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        # Nothing of it is shown: what is broken here may be a list of secrets.
        raise Malformed(f"gave {len(data)} bytes as {what} that are no JSON ({error})") from error


def get(value: Any, kind: type[Value], *steps: str | int) -> Value:
    """The value at these keys and indexes of a report. Raises Malformed where it is missing or another type.

    ``int`` takes no bool.
    """
    seen = value
    for step in steps:
        try:
            seen = seen[step]
        except (KeyError, IndexError, TypeError) as error:
            raise Malformed(f"gave a report without {_dotted(steps)}") from error
    if not isinstance(seen, kind) or (kind is int and isinstance(seen, bool)):
        raise Malformed(
            f"gave a report in which {_dotted(steps)} is {type(seen).__name__}, not {kind.__name__}"
        )
    return seen


def _dotted(steps: tuple[str | int, ...]) -> str:
    return "`" + ".".join(str(step) for step in steps) + "`"

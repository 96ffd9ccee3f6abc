"""Paths inside the repository and inside a container; neither can climb out of where it is put."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from modelyard.values.malformed import MalformedError

_SEGMENT = r"(?!\.\.?(?:/|$))[A-Za-z0-9._+@-]{1,255}"
_RELATIVE = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*", re.ASCII)
_ABSOLUTE = re.compile(rf"(?:/{_SEGMENT})+", re.ASCII)
_MAX = 1024


@dataclass(frozen=True, order=True)
class RelativePath:
    """A path below the model's own folder: letters, digits and ``._+@-``, never ``..``."""

    text: str
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": rf"^{_RELATIVE.pattern}$",
        "maxLength": _MAX,
    }
    accepts_numbers: ClassVar[bool] = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MalformedError."""
        if len(text) > _MAX or not _RELATIVE.fullmatch(text):
            raise MalformedError(
                f'"{text[:80]}" is not a path below the model\'s folder',
                'write it relative to the manifest, without "..", spaces or a leading "/"',
            )
        return cls(text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, order=True)
class ContainerPath:
    """An absolute path in a container: letters, digits and ``._+@-``, never ``..`` or the root."""

    text: str
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": rf"^{_ABSOLUTE.pattern}$",
        "maxLength": _MAX,
    }
    accepts_numbers: ClassVar[bool] = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MalformedError."""
        if len(text) > _MAX or not _ABSOLUTE.fullmatch(text):
            raise MalformedError(
                f'"{text[:80]}" is not an absolute path in the container',
                'begin it with "/", without "..", spaces or a trailing "/"',
            )
        return cls(text)

    def __str__(self) -> str:
        return self.text

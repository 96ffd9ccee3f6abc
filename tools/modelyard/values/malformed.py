"""The one error that value parsers raise."""

from __future__ import annotations


class MalformedError(ValueError):
    """A text is not what its type asks for. ``hint`` says what a right one looks like."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

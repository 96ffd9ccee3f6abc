"""Why a run did not come to its end: each says what happened, and what to do about it."""

from __future__ import annotations


class RunError(Exception):
    """``hint`` says what mends it; ``said`` are the last lines of whoever broke, for a reader.

    ``code`` is the exit code of the command.
    """

    code = 2

    def __init__(self, message: str, hint: str = "", said: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.said = said


class CannotRun(RunError):
    """Something is missing that the person who runs it can give: weights, a secret, an engine, a port."""


class NotHere(CannotRun):
    """This machine is no place for the model: it needs a GPU, say, or an image that nobody can pull."""


class Broken(RunError):
    """The model is not what its manifest says: it crashes, is never healthy, or answers wrongly."""

    code = 1

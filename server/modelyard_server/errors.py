"""What can go wrong, by who has to act: the caller, whoever configured the container, or the model's
author.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_USAGE = 64
EXIT_MODEL = 70
"""The model could not be loaded: its own code failed."""
EXIT_PORT = 71
"""The port could not be bound."""
EXIT_CONFIG = 78
"""A setting is wrong, or the weights are not those that were asked for. Starting again will not help."""


def writable(text: str) -> str:
    """`text` as UTF-8 can hold it: what a caller sends as `"\\ud800"` is a str in Python, and no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class RequestError(Exception):
    """Answers the request with `status` (400 to 599) and `message`, which the caller gets to read.

    Handlers may raise it: `raise RequestError(422, "'age' must be positive")`. Nothing else that a handler
    raises reaches the caller.
    """

    def __init__(
        self, status: int, message: object, *, retry_after: int | None = None, close: bool = False
    ) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"a RequestError needs a status from 400 to 599, not {status}")
        super().__init__(message)
        self.status = int(status)
        self.message = writable(str(message))
        self.retry_after = retry_after
        """Seconds, for the `Retry-After` header."""
        self.close = close
        """Close the connection after the answer: the body was not read to its end, and its rest is not
        wanted.
        """


class NotAllowed(RequestError):
    """405, with the methods that this path has."""

    def __init__(self, allow: str) -> None:
        super().__init__(405, f"use {allow}")
        self.allow = allow


class HandlerFailed(Exception):
    """A handler raised something unforeseen; the cause is chained. The caller gets a 500 and an id."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"{stage} failed")
        self.stage = stage


class ConfigError(Exception):
    """The container was started with settings that cannot be used. One line for each problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class WeightsError(Exception):
    """A weights file is missing, unreadable or not the one that was asked for."""


class ModelError(Exception):
    """The handler module or the model cannot be loaded; the cause, if any, is chained."""

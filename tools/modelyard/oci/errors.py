"""Why a registry gave no answer that can be used: one type for each thing that somebody must do about it."""

from __future__ import annotations

from typing import ClassVar


class RegistryError(Exception):
    """``repository`` is what was asked for (host and path), ``hint`` what mends it. Holds no credential."""

    kind: ClassVar[str] = "failed"
    retry: ClassVar[bool] = False  # whether asking again can help

    def __init__(self, repository: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{repository}: {reason}")
        self.repository = repository
        self.reason = reason
        self.hint = hint or self.mending(repository.partition("/")[0])

    def mending(self, host: str) -> str:
        """What mends it, where the place that raises it knows nothing better."""
        return f"see whether {host} works for other tools (`skopeo inspect`), then run the command again"

    def __reduce__(self) -> tuple[type[RegistryError], tuple[str, str, str]]:
        """Worker processes hand it to their parent: an exception of three arguments must say so itself."""
        return (type(self), (self.repository, self.reason, self.hint))


class NotFound(RegistryError):
    """The registry knows no such repository, tag, manifest or blob."""

    kind = "not-found"

    def mending(self, host: str) -> str:
        return f"check the spelling; some registries hide what needs a login: `docker login {host}`"


class Unauthorized(RegistryError):
    """It wants to know who asks, or does not let them."""

    kind = "unauthorized"

    def mending(self, host: str) -> str:
        return f"log in with an account that may pull it: `docker login {host}`"


class RateLimited(RegistryError):
    """Too many requests, and the wait that it asks for is longer than ours."""

    kind = "rate-limited"
    retry = True

    def mending(self, host: str) -> str:
        return f"run it again later, or log in (`docker login {host}`): accounts are allowed more"


class Unavailable(RegistryError):
    """No connection, no TLS, a broken answer, or an error of the registry's own."""

    kind = "unavailable"
    retry = True


class TimedOut(RegistryError):
    """It did not answer in time."""

    kind = "timed-out"
    retry = True


class Lied(RegistryError):
    """What it sent is not what its digest says. Nothing of it is used."""

    kind = "lied"

    def mending(self, host: str) -> str:
        return f"trust nothing that {host} or a proxy before it sends until its owner has explained this"


class TooLarge(RegistryError):
    """The answer is larger than such an answer can be."""

    kind = "too-large"


class Malformed(RegistryError):
    """The answer is not what the distribution API or the image format says."""

    kind = "malformed"

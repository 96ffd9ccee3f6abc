"""Container image references, by digest.

Grammar: https://github.com/distribution/reference (domain, path, tag, digest); only sha256 digests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from modelyard.values.malformed import MalformedError

DIGEST = r"sha256:[0-9a-f]{64}"
_HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
REPOSITORY = rf"{_HOST}(?::\d{{1,5}})?(?:/{_PART})+"
_REFERENCE = re.compile(
    rf"({REPOSITORY})(?::([A-Za-z0-9_][A-Za-z0-9._-]{{0,127}}))?(?:@({DIGEST}))?", re.ASCII
)
# Any other first part is not a host to Docker, but a folder on Docker Hub.
_HOST_LIKE = re.compile(r"[.:]|^localhost$")
_MAX = 512


@dataclass(frozen=True)
class ImageReference:
    """``host/path[:tag]@sha256:...``. The host is always named: no short name means two things."""

    repository: str
    tag: str
    digest: str
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "maxLength": _MAX,
        "pattern": r"^[^\s@/]+(/[a-z0-9._-]+)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?@sha256:[0-9a-f]{64}$",
    }
    accepts_numbers: ClassVar[bool] = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MalformedError where a part is missing or misspelt."""
        match = _REFERENCE.fullmatch(text) if len(text) <= _MAX else None
        if match is None or not _HOST_LIKE.search(text.partition("/")[0]):
            raise MalformedError(
                f'"{text[:80]}" is not an image reference',
                "write host/path@sha256:DIGEST, for example docker.io/library/python@sha256:...",
            )
        repository, tag, digest = match.groups()
        if digest is None:
            raise MalformedError(
                f'"{text}" does not pin a digest: a tag can be moved to another image',
                "add @sha256:..., as `docker buildx imagetools inspect` prints it",
            )
        return cls(repository, tag or "", digest)

    def __str__(self) -> str:
        return f"{self.repository}{':' + self.tag if self.tag else ''}@{self.digest}"

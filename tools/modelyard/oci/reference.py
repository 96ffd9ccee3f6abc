"""What an image is called, as `docker pull` understands it.

Grammar and the defaults of Docker Hub: https://github.com/distribution/reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

from modelyard.values import MalformedError

HUB = "docker.io"
_HUB_NAMES = (HUB, "index.docker.io", "registry-1.docker.io")
_HUB_API = "registry-1.docker.io"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}(?::[0-9]{{1,5}})?", re.ASCII)
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PART}(?:/{_PART})*", re.ASCII)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_MAX = 512


@dataclass(frozen=True)
class Reference:
    """``host/path[:tag][@digest]``; a tag, a digest or both. The digest counts where there are both."""

    host: str
    path: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Fills in what `docker pull` fills in (``docker.io``, ``library/``, ``latest``); MalformedError."""
        bare, at, digest = text.partition("@")
        host, slash, path = bare.partition("/")
        if not slash or not ("." in host or ":" in host or host == "localhost"):
            host, path = HUB, bare
        path, colon, tag = path.partition(":")
        host = HUB if host in _HUB_NAMES else host
        if host == HUB and "/" not in path:
            path = f"library/{path}"
        right = (
            len(text) <= _MAX
            and _HOST.fullmatch(host)
            and _PATH.fullmatch(path)
            and (not colon or _TAG.fullmatch(tag))
            and (not at or DIGEST.fullmatch(digest))
        )
        if not right:
            raise MalformedError(f'"{text[:80]}" is not an image reference', "write host/path:tag@sha256:...")
        return cls(host, path, tag if colon or at else "latest", digest)

    @property
    def repository(self) -> str:
        """Host and path, without tag and digest."""
        return f"{self.host}/{self.path}"

    @property
    def api_host(self) -> str:
        """Who answers for the host: Docker Hub has its API elsewhere."""
        return _HUB_API if self.host == HUB else self.host

    @property
    def name(self) -> str:
        """What the API calls it: the digest, or else the tag."""
        return self.digest or self.tag

    def at(self, digest: str) -> Self:
        """The same repository at this digest."""
        return replace(self, tag="", digest=digest)

    def tagged(self) -> Self:
        """The tag alone, wherever it points to now."""
        return replace(self, digest="")

    def __str__(self) -> str:
        return (
            f"{self.repository}{':' + self.tag if self.tag else ''}{'@' + self.digest if self.digest else ''}"
        )

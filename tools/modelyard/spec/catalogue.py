"""The catalogue of approved base images: which ones, exactly, and where each fact was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from modelyard.spec.container import EMPTY
from modelyard.spec.field import Size, Spec, Text, field
from modelyard.spec.names import CatalogueKey, Digest

DateOrUnknown = Annotated[
    str,
    Text(
        "a date", r"unknown|20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", 7, 10, "2026-11-22, or unknown"
    ),
]


@dataclass(frozen=True, kw_only=True)
class BaseImage(Spec):
    """One approved image."""

    repository: Annotated[
        str,
        Text(
            "a repository", r"[a-z0-9.-]+(?::\d{1,5})?(?:/[a-z0-9._-]+)+", 3, 255, "host/path, without a tag"
        ),
    ] = field("Host and path.", examples=("docker.io/library/python",))
    tag: Annotated[str, Text("a tag", r"[A-Za-z0-9_][A-Za-z0-9._-]*", 1, 128)] = field(
        "The tag that the digest had when it was approved.", examples=("3.12-slim-bookworm",)
    )
    digest: Digest = field("What is pulled.")
    architectures: Annotated[tuple[Literal["amd64", "arm64"], ...], Size(1, 2)] = field(
        "Processors it exists for."
    )
    python: Annotated[str, Text("a Python version", r"3\.\d{1,2}", 3, 4, 'in quotes: "3.12"')] | None = field(
        "Its Python, where `python` runs one.", default=None
    )
    created: DateOrUnknown = field("When it was made.", default="unknown")
    supported_until: DateOrUnknown = field("When its maker's support ends.", default="unknown")
    sources: Annotated[Mapping[str, Annotated[str, Text("a source", r"[^\n]+", 3, 500)]], Size(0, 20)] = (
        field("Where each fact was seen.", default=EMPTY)
    )

    @property
    def reference(self) -> str:
        """``host/path:tag@digest``: the tag is for readers, the digest is what counts."""
        return f"{self.repository}:{self.tag}@{self.digest}"


@dataclass(frozen=True, kw_only=True)
class Catalogue(Spec):
    """Dockerfiles/base-images.yaml."""

    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["BaseImages"] = field("What this file is.")
    images: Annotated[Mapping[CatalogueKey, BaseImage], Size(0, 500)] = field(
        "The approved images, by a short name."
    )

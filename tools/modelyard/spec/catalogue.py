"""The catalogue of approved base images: which ones, exactly, and where each fact was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from modelyard.spec.container import EMPTY
from modelyard.spec.field import Size, Spec, Text, field
from modelyard.spec.names import CatalogueKey, DebianPackage, Digest

DateOrUnknown = Annotated[
    str,
    Text(
        "a date", r"unknown|20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", 7, 10, "2026-11-22, or unknown"
    ),
]
PythonVersion = Annotated[str, Text("a Python version", r"3\.\d{1,2}", 3, 4, 'in quotes: "3.12"')]


@dataclass(frozen=True, kw_only=True)
class PythonPackages(Spec):
    """Packages of a base image's own distribution that bring Python to it."""

    version: PythonVersion = field("The Python that they bring.", examples=("3.12",))
    run: Annotated[tuple[DebianPackage, ...], Size(1, 20)] = field(
        "Installed in every image on this base. `python` must run it afterwards.",
        examples=(("python3", "python-is-python3"),),
    )
    build: Annotated[tuple[DebianPackage, ...], Size(1, 20)] = field(
        "Installed in the build stage only: what brings pip (22.3 or later).", examples=(("python3-pip",),)
    )


@dataclass(frozen=True, kw_only=True)
class BaseImage(Spec):
    """One approved image."""

    at_most_one_of: ClassVar[tuple[str, ...]] = ("python", "pythonPackages")
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
    python: PythonVersion | None = field("Its Python, where `python` runs one.", default=None)
    python_packages: PythonPackages | None = field(
        "What brings Python to a Debian or Ubuntu image that has none.", default=None
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

    @property
    def python_version(self) -> str | None:
        """What `python` is in an image that is built on it; None where there is none."""
        return self.python_packages.version if self.python_packages is not None else self.python


@dataclass(frozen=True, kw_only=True)
class Catalogue(Spec):
    """Dockerfiles/base-images.yaml."""

    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["BaseImages"] = field("What this file is.")
    images: Annotated[Mapping[CatalogueKey, BaseImage], Size(0, 500)] = field(
        "The approved images, by a short name."
    )

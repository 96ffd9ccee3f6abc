"""A model server that a manifest can choose by name: a data file that lies below the manifest as a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from modelyard.source.node import Node
from modelyard.spec.container import EMPTY, Arguments, Command, Serve, Variables
from modelyard.spec.field import Size, Spec, Text, field
from modelyard.spec.names import CatalogueKey, NumericUser, PartName, Sentence
from modelyard.values import RelativePath

Distribution = Annotated[
    str,
    Text("a Python distribution", r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", 1, 100, "in lower case, with dashes"),
]


@dataclass(frozen=True, kw_only=True)
class Runtime(Spec):
    """A model server: what a manifest that names it need not say, and what the model must bring."""

    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["Runtime"] = field("What this file is.")
    name: PartName = field("Its name, equal to the file's.", examples=("mlserver",))
    summary: Sentence = field("What it is, in a sentence.")
    sources: Annotated[Mapping[str, Annotated[str, Text("a source", r"[^\n]+", 3, 500)]], Size(1, 30)] = (
        field("Where each fact was seen.")
    )
    requires: Annotated[tuple[Distribution, ...], Size(0, 50)] = field(
        "Python distributions that the model's requirements must pin.",
        default=(),
        examples=(("mlserver",),),
    )
    files: Annotated[tuple[RelativePath, ...], Size(0, 20)] = field(
        "Files that the model's source must hold.", default=(), examples=(("model-settings.json",),)
    )
    server: bool = field(
        "Whether the repository's own server/modelyard_server is put into the image.", default=False
    )
    manifest: Node = field(
        "Fields of a service or container that lie below the manifest's own. {model}, {port}, {timeout}, "
        "{drain}, {weights} and {multiModel} in them are filled in."
    )


@dataclass(frozen=True, kw_only=True)
class RuntimeBuild(Spec):
    """What a runtime says of an image that is built."""

    command: Command = field("What the container runs, in exec form.")


@dataclass(frozen=True, kw_only=True)
class RuntimeImage(Spec):
    """Where a runtime's image comes from."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("build", "catalogue")
    build: RuntimeBuild | None = field("It is built from the model's folder.", default=None)
    catalogue: CatalogueKey | None = field("It is an image of the catalogue, run as it is.", default=None)


@dataclass(frozen=True, kw_only=True)
class RuntimeManifest(Spec):
    """What a runtime may say: fields that a service and one of several containers have in common."""

    image: RuntimeImage = field("Where the image comes from.")
    command: Arguments = field("Replaces the image's entry point; `args` stay the model's own.", default=())
    user: NumericUser | None = field("The user it runs as.", default=None)
    env: Variables = field("Environment variables.", default=EMPTY)
    serve: Serve = field("How it answers requests.")

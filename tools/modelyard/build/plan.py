"""What is built: every image of the models asked for, with its names, labels and commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from modelyard.build.source import Commit, last_commit, origin
from modelyard.build.weights import Wanted, own_folder, require, require_inside
from modelyard.engines.api import BuildRequest
from modelyard.findings import Location
from modelyard.load import layout
from modelyard.load.context import ContextReader
from modelyard.load.shared import Shared
from modelyard.pipeline.image_files import ImageFiles
from modelyard.pipeline.model import Scope, resolve_model
from modelyard.resolve.delivery import WEIGHTS_CONTEXT, Baked, weights_folder
from modelyard.resolve.images import input_tag
from modelyard.resolve.runtimes import content_digest
from modelyard.resolve.workload import SERVER_CONTEXT, ImageBuild
from modelyard.targets.registry import Targets

LOCAL = "localhost"
_PREFIX = "org.opencontainers.image."
# Ours, as the specification wants names of one's own:
# https://specs.opencontainers.org/image-spec/annotations/
DIRTY = "dev.modelyard.uncommitted"


@dataclass(frozen=True)
class Choice:
    """What the caller decides. ``registry`` is a host and a prefix, "" this machine; no platform: the
    model's. ``weights`` is a folder, "" the model's own.
    """

    registry: str = ""
    tag: str = ""
    platforms: tuple[str, ...] = ()
    weights: str = ""


@dataclass(frozen=True)
class Image:
    """One image to be built. ``tags`` are whole references; the first is that of the build's inputs.

    ``contexts`` are folders that it is built from besides its context, by their names: from the root of the
    repository, or absolute. ``baked`` are the files of one of them that must be there.
    """

    model: str
    container: str
    repository: str
    context: str
    dockerfile: str
    tags: tuple[str, ...]
    platforms: tuple[str, ...]
    labels: Mapping[str, str]
    contexts: Mapping[str, str]
    commit: Commit
    baked: tuple[Baked, ...] = ()

    def require_weights(self, root: Path) -> None:
        """Raises WeightsError where weights that it is built with are not here, or not the right ones."""
        if not self.baked:
            return
        own, folder = own_folder(root, self.model), root / self.contexts[WEIGHTS_CONTEXT]
        wanted = [Wanted(item.name, item.uri, item.sha256, folder / item.file) for item in self.baked]
        require(root, self.model, None if folder == own else folder, wanted)
        require_inside(root, folder, wanted)

    def request(self, root: Path, folder: Path) -> BuildRequest:
        """How an engine is asked for it; ``folder`` is private to the build."""
        return BuildRequest(
            context=root / self.context,
            dockerfile=root / self.dockerfile,
            ignore_file=root / f"{self.dockerfile}.dockerignore",
            tags=self.tags,
            folder=folder,
            created=self.commit.created,
            platforms=self.platforms,
            labels=self.labels,
            contexts={name: root / path for name, path in self.contexts.items()},
        )


def images_of(root: Path, model: str, shared: Shared, targets: Targets, choice: Choice) -> list[Image]:
    """The images of a model that is free of errors, by container; none for one that builds nothing."""
    files = ImageFiles(targets)
    resolved, _, _ = resolve_model(root, model, shared, targets, Scope(frozenset()), files)
    source = origin(root) if resolved.builds else ""
    return [_image(root, build, files.recipe(build), source, choice) for build in resolved.builds.values()]


def _image(root: Path, build: ImageBuild, recipe: bytes, source: str, choice: Choice) -> Image:
    where = _anywhere(build)
    content = content_digest(ContextReader(root, build.context), build, where, where, where)
    commit = last_commit(root, _inputs(build))
    names = [input_tag(recipe, build.architecture, content), *([choice.tag] if choice.tag else [])]
    return Image(
        model=build.model,
        container=build.container,
        repository=build.repository,
        context=build.context,
        dockerfile=build.dockerfile,
        tags=tuple(f"{choice.registry or LOCAL}/{build.repository}:{name}" for name in names),
        platforms=choice.platforms or (f"linux/{build.architecture}",),
        labels=labels(commit, source),
        contexts=_contexts(build, choice),
        commit=commit,
        baked=build.baked,
    )


def _contexts(build: ImageBuild, choice: Choice) -> dict[str, str]:
    found = {SERVER_CONTEXT: layout.SERVER} if build.server else {}
    if build.baked:
        found[WEIGHTS_CONTEXT] = choice.weights or weights_folder(build.model)
    return found


def labels(commit: Commit, source: str) -> dict[str, str]:
    """What only the commit tells; everything else is in the Dockerfile. Never the clock.

    https://specs.opencontainers.org/image-spec/annotations/
    """
    created = datetime.fromtimestamp(commit.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = {
        f"{_PREFIX}created": created,
        f"{_PREFIX}revision": commit.revision,
        f"{_PREFIX}source": source,
        DIRTY: "true" if commit.unsure else "",
    }
    return {name: value for name, value in sorted(found.items()) if value}


def _inputs(build: ImageBuild) -> tuple[str, ...]:
    """Every path that decides what is in the image."""
    inside = [f"{build.context}/{path}" for path in (build.source, build.requirements) if path]
    server = [f"{layout.SERVER}/{layout.SERVER_PACKAGE}"] if build.server else []
    return (*inside, *server, build.dockerfile, f"{build.dockerfile}.dockerignore")


def _anywhere(build: ImageBuild) -> Location:
    """Where findings would be; there are none: the model was checked before."""
    return Location(layout.manifest(build.model))

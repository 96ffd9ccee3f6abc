"""What a runtime needs of the model that names it, checked once for the manifest at head."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as File

from modelyard.findings import Finding, Location
from modelyard.load import layout
from modelyard.load.context import ContextReader
from modelyard.load.runtimes import ORIGIN, Runtimes
from modelyard.resolve import images
from modelyard.resolve.workload import ImageBuild, Path
from modelyard.source.node import Mapping as MappingNode
from modelyard.source.node import Node
from modelyard.spec.container import Build, Container
from modelyard.spec.layer import find
from modelyard.spec.manifest import Job, Service
from modelyard.spec.runtime import Runtime


def own_node(tree: MappingNode, prefix: Path, *path: str) -> Node:
    """The node at ``path`` below a container; where the runtime wrote it, the line that names the runtime."""
    node = find(tree, (*prefix, *path))[0]
    return find(tree, (*prefix, "runtime"))[0] if node.path.startswith(ORIGIN) else node


def check_runtimes(
    manifest: Service | Job, tree: MappingNode, runtimes: Runtimes, context: ContextReader
) -> Iterator[Finding]:
    """A finding for each thing that is missing; what cannot be read is in the context's own findings."""
    for name, part in images.parts(manifest).items():
        runtime = runtimes.spec(part.runtime)
        if runtime is not None:
            prefix: Path = ("containers", name) if manifest.containers else ()
            yield from _check(runtime, part, tree, prefix, context)


def _check(
    runtime: Runtime, part: Container, tree: MappingNode, prefix: Path, context: ContextReader
) -> Iterator[Finding]:
    build = part.image.build
    where = find(tree, (*prefix, "runtime"))[0].location
    if build is None:
        if runtime.server or runtime.requires or runtime.files:
            hint = (
                "write image: {build: {base: ..., requirements: ..., source: ...}}, or take the runtime away"
            )
            message = f"{runtime.name} runs in an image that is built here"
            yield Finding("runtime-without-build", where, message, hint)
        return
    yield from _requirements(runtime, build, tree, prefix, context)
    if runtime.files and build.source is None:
        files = ", ".join(map(str, runtime.files))
        message = f"{runtime.name} needs {files} in the source"
        yield Finding("missing-field", where, message, "add image.build.source: the folder that holds it")
    elif build.source is not None:
        at = own_node(tree, prefix, "image", "build", "source").location
        for file in runtime.files:
            context.exists(f"{build.source}/{file}", at)
    if runtime.server and not _has_server(context.root):
        message = (
            f"{runtime.name} needs {layout.SERVER}/{layout.SERVER_PACKAGE}, which is not in this repository"
        )
        hint = f"copy the folder {layout.SERVER}/ of Modelyard's own repository, or choose another runtime"
        yield Finding("missing-server", where, message, hint)


def _requirements(
    runtime: Runtime, build: Build, tree: MappingNode, prefix: Path, context: ContextReader
) -> Iterator[Finding]:
    if not runtime.requires:
        return
    pinned = context.distributions(str(build.requirements)) if build.requirements is not None else frozenset()
    if pinned is None:
        return  # it cannot be read, and the digest of what is built says so
    missing = ", ".join(name for name in runtime.requires if name not in pinned)
    if missing:
        where = own_node(tree, prefix, "image", "build", "requirements")
        if build.requirements is None:
            where = find(tree, (*prefix, "runtime"))[0]
        message = f"{runtime.name} needs {missing} among the requirements"
        hint = "add to requirements.in what is missing, and lock again: uv pip compile --generate-hashes"
        yield Finding("runtime-requirement-missing", where.location, message, hint)


def content_digest(
    context: ContextReader, build: ImageBuild, source: Location, lock: Location, runtime: Location
) -> str:
    """A digest of everything that a build copies, the model server included where it does.

    ``context`` reads the model's folder, and gets the findings; the places are where they are reported.
    """
    digest = context.digest(build.source, build.requirements, source, lock)
    if build.server and _has_server(context.root):
        server = ContextReader(context.root, layout.SERVER)
        digest += server.digest(layout.SERVER_PACKAGE, "", runtime, runtime)
        context.findings += server.findings
    return digest


def _has_server(root: File) -> bool:
    return (root / layout.SERVER / layout.SERVER_PACKAGE / "__init__.py").is_file()

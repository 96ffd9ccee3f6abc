"""What a Dockerfile says of an image build, decided here and written by the template."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from modelyard.artifact import Artifact, TextFile
from modelyard.facts.unbuilt import NEVER_BUILT
from modelyard.resolve.delivery import WEIGHTS_CONTEXT, Baked, outermost, weights_folder
from modelyard.resolve.workload import SERVER_CONTEXT, SERVER_PACKAGE, ImageBuild
from modelyard.targets.dockerfile.problems import SERVER
from modelyard.targets.dockerfile.quoting import FILTERS, only_quoted

if TYPE_CHECKING:
    from jinja2 import Template

# Never part of a build, wherever they lie in the source: left out of the build's hash too.
_NEVER = (*(f"**/{name}" for name in sorted(NEVER_BUILT)), "**/.env.*", "**/*.py[cod]")
# Where weights lie in the stage that verifies them.
_BAKED = "/baked"
# Everybody may write there already, and nobody may own it.
_WRITABLE = ("/dev/shm", "/tmp", "/var/tmp")  # noqa: S108 - paths in the image


def render(build: ImageBuild) -> Iterator[Artifact]:
    """The Dockerfile, and the ignore file that BuildKit looks for beside it."""
    source = f"{build.context}/model.yaml"
    yield Artifact(build.dockerfile, TextFile(_template().render(values(build))), source)
    yield Artifact(f"{build.dockerfile}.dockerignore", TextFile(ignored(build)), source)


def values(build: ImageBuild) -> dict[str, Any]:
    """Everything that the template asks for; nothing is decided there."""
    uid, _, gid = build.user.partition(":")
    serve = build.serve
    return {
        "base": build.base.reference,
        "start": "interpreter" if build.base.python_packages is not None else build.base.reference,
        "interpreter": build.base.python_packages,
        "python": build.base.python_version is not None,
        "venv": bool(build.requirements),
        "requirements": (build.requirements, "/build/requirements.txt"),
        "system": build.system,
        "uid": int(uid),
        "gid": int(gid or uid),
        "server": server(build),
        "baked": baked(build),
        "folders": [folder for folder in build.folders if folder not in _WRITABLE],
        "source": (f"{build.source}/", "/app/") if build.source else (),
        "labels": labels(build),
        "ports": _ports(build),
        "health": build.health_command,
        "startup": serve.startup.seconds if serve is not None else 0,
        "command": build.command,
    }


def server(build: ImageBuild) -> tuple[str, str, str] | None:
    """Where Modelyard's own model server comes from and goes to: a named context, and a folder for imports.

    Builders are told ``--build-context modelyard-server=server``.
    """
    if not build.server:
        return None
    return SERVER_CONTEXT, f"{SERVER_PACKAGE}/", f"{SERVER}/{SERVER_PACKAGE}/"


def baked(build: ImageBuild) -> dict[str, Any]:
    """How weights come into the image: by folder, since a step for each file would be a layer for each.

    Files are copied below ``/baked`` and verified there; from there each outermost folder is one layer.
    """
    by_folder: dict[str, list[Baked]] = {}
    for item in build.baked:
        by_folder.setdefault(item.folder, []).append(item)
    return {
        "context": WEIGHTS_CONTEXT,
        "source": weights_folder(build.model),
        "copies": [
            (*(item.file for item in items), f"{_BAKED}{folder}/") for folder, items in by_folder.items()
        ],
        "sums": [f"{item.sha256}  {_BAKED}{item.path}" for item in build.baked],
        "folders": [(f"{_BAKED}{folder}/", f"{folder}/") for folder in outermost(by_folder)],
    }


def labels(build: ImageBuild) -> list[tuple[str, str]]:
    """Sorted, with the base image, by which scanners and registries find what is outdated."""
    prefix, base = "org.opencontainers.image.base.", build.base
    about = {prefix + "digest": base.digest, prefix + "name": f"{base.repository}:{base.tag}"}
    return sorted({**build.labels, **about}.items())


def ignored(build: ImageBuild) -> str:
    """The ignore file: nothing is sent to the builder but what the Dockerfile copies."""
    kept = [f"!{path}" for path in sorted({build.requirements, build.source} - {""})]
    return "\n".join(("**", *kept, *(_NEVER if build.source else ()), ""))


def _ports(build: ImageBuild) -> list[int]:
    serve = build.serve
    if serve is None:
        return []
    return sorted({serve.port, serve.metrics.port} if serve.metrics is not None else {serve.port})


@functools.cache
def _template() -> Template:
    """The template, compiled once in a process. Jinja2 takes 60 ms to import, so only who renders does."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = os.path.join(os.path.dirname(__file__), "templates")
    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        finalize=only_quoted,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML: the filters quote, and finalize insists on them
    )
    environment.filters.update(FILTERS)
    return environment.get_template("Dockerfile.j2")

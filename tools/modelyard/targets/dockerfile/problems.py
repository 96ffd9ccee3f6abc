"""What makes an image impossible to build, or leaves it without what was put into it."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.workload import ImageBuild
from modelyard.targets.api import Problem

WEIGHTS = ".weights"  # below the model's folder
APP, VENV, SERVER = "/app", "/opt/venv", "/opt/modelyard"


def problems(build: ImageBuild) -> Iterator[Problem]:
    """Everything wrong with a build whose base is in the catalogue."""
    if build.architecture not in build.base.architectures:
        message = f"{build.base_key} does not exist for {build.architecture}, which the model is built for"
        hint = f"choose another base, or set architecture: {build.base.architectures[0]}"
        yield Problem("architecture-not-in-base", ("base",), message, hint)
    if build.requirements and build.base.python_version is None:
        message = f"{build.base_key} has no Python to install requirements into"
        hint = "choose a base with `python:` or `pythonPackages:` in the catalogue, such as python-3.12-slim"
        yield Problem("requirements-without-python", ("requirements",), message, hint)
    if f"{build.source}/".startswith(f"{WEIGHTS}/"):
        message = f"{WEIGHTS} is the folder of weights, and nothing verifies a source"
        hint = "name the source's own folder; weights that belong into the image: artifacts with bake: true"
        yield Problem("weights-in-source", ("source",), message, hint)
    yield from _hidden(build)


def _hidden(build: ImageBuild) -> Iterator[Problem]:
    """A mounted folder covers what the image has in its place."""
    hint = "give weights and volumes a folder of their own, such as /opt/ml/model"
    for folder in build.folders:
        if build.source and _covers(folder, APP):
            message = f"{folder} is mounted over {APP}, where the source is"
            yield Problem("mount-hides-image", ("source",), message, hint)
        if build.requirements and _covers(folder, VENV):
            message = f"{folder} is mounted over {VENV}, where the requirements are"
            yield Problem("mount-hides-image", ("requirements",), message, hint)
        if build.server and _covers(folder, SERVER):
            message = f"{folder} is mounted over {SERVER}, where the model server is"
            yield Problem("mount-hides-image", ("base",), message, hint)


def _covers(folder: str, path: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")

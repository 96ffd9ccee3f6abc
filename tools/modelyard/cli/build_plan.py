"""What `tools/build` is asked to build, once the rendered files are what the manifests say."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.cli import common
from modelyard.errors import UsageError

if TYPE_CHECKING:
    from modelyard.build.plan import Choice, Image
    from modelyard.load.shared import Shared


def platforms(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The platforms asked for, each once; none where the manifest decides."""
    return tuple(dict.fromkeys(arguments.platform.split(","))) if arguments.platform else ()


def planned(root: Path, models: tuple[str, ...], arguments: argparse.Namespace) -> list[Image] | None:
    """The images to build; None where findings or drift forbid it, which are then printed."""
    from modelyard.build.plan import images_of
    from modelyard.load.shared import load_shared
    from modelyard.targets.registry import discover

    common.known_environments(root, [arguments.env] if arguments.env else None)
    if models and not _rendered(root, models, arguments):
        return None
    targets = discover()
    shared = load_shared(root, targets.plugins)
    choice = _choice(arguments, shared)
    images = [image for model in models for image in images_of(root, model, shared, targets, choice)]
    for model in sorted(set(models) - {image.model for image in images}) if arguments.models else ():
        common.say(f"{model} builds no image: its manifest names one that somebody else built")
    if arguments.push:
        _refuse_uncommitted(images)
    return images


def _rendered(root: Path, models: tuple[str, ...], arguments: argparse.Namespace) -> bool:
    """Whether the Dockerfiles are what the manifests say; prints what is wrong."""
    from modelyard.cli.render_drift import drift
    from modelyard.pipeline.render import Request
    from modelyard.pipeline.render import run as render
    from modelyard.pipeline.workers import available_cores

    scope = frozenset({"dockerfile"})
    request = Request(root, models, None, scope, write=False, workers=available_cores())
    result = render(request, lambda done, total: None, common.say)
    mending = " ".join([common.command(root, "render"), *models]) if result.drift else ""
    findings = [*result.all_findings, *drift(result, mending)]
    if findings:
        # Text goes to stderr: stdout is for what is asked for, such as commands or the bake file.
        stream = sys.stdout if arguments.format != "text" else sys.stderr
        common.print_findings(root, findings, arguments.format, stream)
    return not (result.errors or result.drift)


def _choice(arguments: argparse.Namespace, shared: Shared) -> Choice:
    from modelyard.build.plan import Choice
    from modelyard.resolve.images import registry_host

    registry = arguments.registry or ""
    if arguments.env:
        named = shared.environments[arguments.env].spec.registry
        if named is None and arguments.push:
            raise UsageError(
                f"{arguments.env} has no registry to push to: it runs what this machine has built"
            )
        registry = f"{registry_host(named)}/{named.prefix}" if named is not None else ""
    weights = str(Path(arguments.weights).resolve()) if arguments.weights else ""
    return Choice(registry, arguments.tag or "", platforms(arguments), weights)


def _refuse_uncommitted(images: list[Image]) -> None:
    lines = [f"{image.repository}: {image.commit.unsure}" for image in images if image.commit.unsure]
    if lines:
        raise UsageError("\n  ".join(["what is pushed must be what a commit gives:", *lines]))

"""Build the images of models with the container engine of this machine: the same source, the same bytes.

The Dockerfile must be what the manifest says, so `tools/render --check` comes first. Engines are looked for
in the order docker (buildx), podman, buildah. Nothing of pip's settings on this machine gets into an
image."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.cli import common
from modelyard.cli.build_plan import planned, platforms
from modelyard.errors import UsageError

if TYPE_CHECKING:
    from modelyard.build.batch import Options, Outcome
    from modelyard.build.plan import Image
    from modelyard.engines import Engine

EXAMPLES = """examples:
  tools/build iris-classifier                  for this machine, as localhost/iris-classifier:in-...
  tools/build --all --jobs 4                   every image, four at a time
  tools/build --changed origin/main            what a pull request changes
  tools/build iris-classifier --env dev --push what dev pulls; tools/release takes the digest it prints
  tools/build --all --output images            OCI archives too, a file for each image
  tools/build --all --env dev --print-bake > docker-bake.json   for `docker buildx bake`
"""
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_PLATFORM = re.compile(r"linux/(?:amd64|arm64)")
_REGISTRY = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[a-z0-9]+(?:[._/-][a-z0-9]+)*)?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/build`."""
    parser.add_argument("models", nargs="*", metavar="MODEL", help="models by name or folder")
    parser.add_argument("--all", action="store_true", help="every model")
    parser.add_argument(
        "--changed",
        nargs="?",
        const="HEAD",
        metavar="REF",
        help="models that changed since REF (default: HEAD)",
    )
    names = parser.add_argument_group("names")
    names.add_argument("--env", metavar="ENV", help="name images as this environment pulls them")
    names.add_argument(
        "--registry", metavar="HOST[/PREFIX]", help="name images so, and not as an environment does"
    )
    names.add_argument("--tag", metavar="TAG", help="a tag beside that of the inputs, in-...")
    _add_output(parser)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--print", action="store_true", help="print the engine's commands and run none")
    mode.add_argument(
        "--print-bake", action="store_true", help="print a file for docker buildx bake; needs no engine"
    )
    common.add_format(parser)
    common.add_root(parser)


def _add_output(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what comes out")
    what.add_argument(
        "--push", action="store_true", help="send images to their registry; needs --env or --registry"
    )
    what.add_argument("--output", metavar="DIR", help="write each image to an OCI archive there too")
    what.add_argument("--platform", metavar="P[,P]", help="linux/amd64, linux/arm64 (default: the model's)")
    what.add_argument("--attest", action="store_true", help="add provenance and an SBOM (docker only)")
    what.add_argument("--metadata", metavar="FILE", help="write what was built as JSON; - is stdout")
    how = parser.add_argument_group("how")
    how.add_argument("--engine", metavar="NAME", help="docker, podman or buildah (or set MODELYARD_ENGINE)")
    how.add_argument(
        "--network", choices=("host", "none"), help="what build steps reach (default: the engine's)"
    )
    how.add_argument(
        "--weights", metavar="DIR", help="of a model that bakes them (default: models/MODEL/.weights)"
    )
    how.add_argument("--no-cache", action="store_true", help="build every step anew")
    how.add_argument(
        "--jobs", type=int, metavar="N", help="builds at the same time (default: one for each core)"
    )


def run(arguments: argparse.Namespace) -> int:
    """0 when all is built, 1 for findings, drift or an image that failed, 2 without room or weights."""
    _check(arguments)
    root = common.find_root(arguments.root)
    models = _models(root, arguments)
    if arguments.print_bake:
        images = planned(root, models, arguments)
        if images is None:
            return 1
        from modelyard.build.bake import bake_file

        sys.stdout.write(bake_file(images, push=arguments.push, network=arguments.network or ""))
        return 0
    from modelyard.engines import find_engine

    engine = find_engine(arguments.engine)
    images = planned(root, models, arguments)
    if images is None:
        return 1
    if arguments.print:
        _print(root, engine, images)
        return 0
    if not images:
        common.say("there is no image to build")
        return 0
    return _build(root, images, engine, arguments)


def _check(arguments: argparse.Namespace) -> None:
    if sum((bool(arguments.models), arguments.all, arguments.changed is not None)) != 1:
        raise UsageError("name models, or say --all or --changed, and only one of them")
    if arguments.env and arguments.registry:
        raise UsageError("--env and --registry both name the registry: give one of them")
    if arguments.push and not (arguments.env or arguments.registry):
        raise UsageError("--push needs a registry: add --env ENV, or --registry HOST/PREFIX")
    if arguments.tag is not None and not _TAG.fullmatch(arguments.tag):
        raise UsageError(f"--tag {arguments.tag}: a tag has letters, digits and ._-, and 128 of them at most")
    if arguments.registry is not None and not _REGISTRY.fullmatch(arguments.registry):
        raise UsageError(
            f"--registry {arguments.registry}: write a host and a prefix, as in ghcr.io/acme/models"
        )
    for platform in platforms(arguments):
        if not _PLATFORM.fullmatch(platform):
            raise UsageError(f"--platform {platform}: the platforms are linux/amd64 and linux/arm64")
    if arguments.weights is not None and len(arguments.models) != 1:
        raise UsageError("--weights is for one model: name it, and no other")
    if arguments.jobs is not None and not 1 <= arguments.jobs <= 64:
        raise UsageError("--jobs takes a number from 1 to 64")
    if arguments.output is not None and (":" in arguments.output or "," in arguments.output):
        raise UsageError("--output: engines take no folder with a colon or a comma in its name")
    if arguments.print_bake:
        _check_bake(arguments)


def _check_bake(arguments: argparse.Namespace) -> None:
    """What the file cannot say is bake's own to be told."""
    for name in ("output", "attest", "metadata", "no_cache", "jobs", "engine"):
        if getattr(arguments, name):
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} goes with a build, and --print-bake builds nothing")


def _models(root: Path, arguments: argparse.Namespace) -> tuple[str, ...]:
    from modelyard.pipeline.owned import model_names

    if arguments.models:
        return common.known_models(root, arguments.models)
    names = tuple(model_names(root))
    if arguments.changed is None:
        return names
    from modelyard.pipeline.changed import changed_models

    changed = changed_models(root, arguments.changed)
    return names if changed is None else tuple(name for name in names if name in changed)


def _print(root: Path, engine: Engine, images: list[Image]) -> None:
    for image in images:
        command = engine.builder.describe(image.request(root, Path("PRIVATE")))
        print(shlex.join(command).replace(f"{root}/", ""))


def _build(root: Path, images: list[Image], engine: Engine, arguments: argparse.Namespace) -> int:
    from modelyard.build import report
    from modelyard.build.batch import build_all
    from modelyard.build.known import tag_lookup
    from modelyard.build.weights import WeightsError
    from modelyard.engines import OutOfSpace

    options = _options(arguments, len(images))
    word = "image" if len(images) == 1 else "images"
    common.say(f"building {len(images)} {word} with {engine.name} {engine.version}, {options.jobs} at a time")

    def done(outcome: Outcome) -> None:
        common.say(report.line(outcome))
        if outcome.error is not None:
            sys.stderr.write(report.failure(outcome))

    known = tag_lookup() if arguments.push and not arguments.no_cache else None
    outcomes = build_all(root, images, engine.builder, options, done, known)
    if arguments.metadata is not None:
        report.save(report.document(outcomes, engine, arguments.push), arguments.metadata)
    if arguments.metadata != "-":
        sys.stdout.write(report.table(outcomes))
    _advise(root, outcomes, arguments)
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    lacking = any(isinstance(error, (OutOfSpace, WeightsError)) for error in errors)
    return 2 if lacking else 1 if errors else 0


def _options(arguments: argparse.Namespace, images: int) -> Options:
    import os

    from modelyard.build.batch import Options
    from modelyard.build.report import folder
    from modelyard.build.settings import pip_settings
    from modelyard.pipeline.workers import available_cores

    pip = pip_settings(os.environ, Path.home())
    for name in pip.left_out:
        common.say(f"pip's {name} names a place of this machine, which no build can see: it is left out")
    return Options(
        pip=pip,
        jobs=min(arguments.jobs or available_cores(), images),
        push=arguments.push,
        cache=not arguments.no_cache,
        attest=arguments.attest,
        network=arguments.network or "",
        archives=folder(arguments.output) if arguments.output is not None else None,
    )


def _advise(root: Path, outcomes: list[Outcome], arguments: argparse.Namespace) -> None:
    from modelyard.build import report

    for outcome in outcomes:
        if outcome.built is not None and outcome.image.commit.unsure:
            common.say(f"{outcome.image.repository} is no commit's image: {outcome.image.commit.unsure}")
        if outcome.built is not None and not outcome.built.reproducible:
            common.say(f"{outcome.image.repository} may come out otherwise next time: docs/build.md says why")
    if arguments.push and arguments.env:
        for line in report.next_steps(outcomes, arguments.env, common.command(root, "release")):
            common.say(f"next: {line}")

"""The image of every part: built here, pulled, or named by the caller."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.build.weights import WeightsError
from modelyard.engines.api import Engine, EngineError, OutOfSpace, Runner
from modelyard.running.errors import Broken, CannotRun, NotHere
from modelyard.running.outcome import ImageFact
from modelyard.running.plan import Part, Plan
from modelyard.running.weights import cannot_run

if TYPE_CHECKING:
    from modelyard.build.batch import Outcome
    from modelyard.build.plan import Image

Tell = Callable[[str], None]


def engine_to_run(name: str | None) -> Engine:
    """The engine of this name, or the first that answers; raises CannotRun where there is none."""
    from modelyard.engines.find import NoEngine, find_engine

    try:
        return find_engine(name, to_run=True)
    except NoEngine as error:
        raise CannotRun(str(error), "--process runs the same server without one") from error


def ready_images(
    root: Path, plan: Plan, given: Mapping[str, str], engine: Engine, tell: Tell, weights: Path | None = None
) -> tuple[ImageFact, ...]:
    """The image of every part, which the engine then has.

    ``given`` are references by container, "" for the one that is asked. ``weights`` is a folder of those that
    images are built with, None the model's own. Raises Broken where one cannot be
    built, CannotRun where it is not there, NotHere where nobody can pull it.
    """
    assert engine.runner is not None
    named = {name or plan.asked: reference for name, reference in given.items()}
    unknown = sorted(set(named) - {part.name for part in plan.parts})
    if unknown:
        raise CannotRun(f'--image: there is no container "{unknown[0]}"', "write NAME=REFERENCE")
    to_build = [part for part in plan.parts if part.build is not None and part.name not in named]
    facts = {
        part.name: _fetched(engine.runner, part, named.get(part.name), tell)
        for part in plan.parts
        if part not in to_build
    }
    facts |= {fact.container: fact for fact in _built(root, plan, to_build, engine, tell, weights)}
    return tuple(facts[part.name] for part in plan.parts)


def _built(
    root: Path, plan: Plan, parts: list[Part], engine: Engine, tell: Tell, weights: Path | None
) -> list[ImageFact]:
    if not parts:
        return []
    from modelyard.build.batch import Options, build_all
    from modelyard.build.plan import Choice, images_of
    from modelyard.build.settings import pip_settings
    from modelyard.load.shared import load_shared
    from modelyard.targets.registry import discover

    targets = discover()
    shared = load_shared(root, targets.plugins)
    _require_rendered(root, plan.model, frozenset(targets.images))
    names = {part.name for part in parts}
    choice = Choice(platforms=(f"linux/{plan.architecture}",), weights=str(weights or ""))
    wanted = [
        _with_weights(root, image)
        for image in images_of(root, plan.model, shared, targets, choice)
        if image.container in names
    ]
    tell(f"building {', '.join(image.repository for image in wanted)} with {engine.name} {engine.version}")
    options = Options(pip_settings(os.environ, Path.home()))

    def done(outcome: Outcome) -> None:
        if outcome.error is None:
            tell(f"{outcome.image.repository}: built in {outcome.seconds:.1f} s")

    return [_fact(outcome) for outcome in build_all(root, wanted, engine.builder, options, done)]


def _with_weights(root: Path, image: Image) -> Image:
    """The image once its weights are verified: a run is refused before the first of its images is built."""
    try:
        image.require_weights(root)
    except WeightsError as error:
        raise cannot_run(error) from error
    return replace(image, baked=())


def _fact(outcome: Outcome) -> ImageFact:
    if outcome.error is not None:
        hint = f"tools/build {outcome.image.model} builds it without running it"
        kind = CannotRun if isinstance(outcome.error, OutOfSpace) else Broken
        message = f"the image {outcome.image.repository} was not built: {outcome.error}"
        raise kind(message, hint, outcome.error.said) from outcome.error
    assert outcome.built is not None
    return ImageFact(
        outcome.image.container,
        outcome.image.tags[0],
        outcome.digest,
        outcome.built.size,
        outcome.seconds,
        True,
    )


def _require_rendered(root: Path, model: str, targets: frozenset[str]) -> None:
    """What is built must be what the manifest says: a Dockerfile of before would be run as if it were."""
    from modelyard.pipeline.render import Request, run

    request = Request(root=root, models=(model,), targets=targets, write=False, diff=False, workers=1)
    result = run(request, lambda done, total: None, lambda text: None)
    changes = [path for one in result.models for path, _ in one.changes]
    if changes:
        raise CannotRun(f"{changes[0]} is not what the manifest says", f"run: tools/render {model}")


def _fetched(runner: Runner, part: Part, given: str | None, tell: Tell) -> ImageFact:
    """An image that is not ours: as the engine has it, else as its registry does."""
    reference = given or part.image
    info = runner.image(reference)
    if info is None:
        tell(f"pulling {reference}")
        try:
            runner.pull(reference)
        except EngineError as error:
            hint = "the engine has no such image, and its registry gave none"
            kind = CannotRun if given else NotHere
            raise kind(f"{reference} cannot be pulled", hint, error.said) from error
        info = runner.image(reference)
        if info is None:
            raise CannotRun(f"{reference} is not there after it was pulled", "try another --engine")
    return ImageFact(part.name, reference, info.digest, info.size)

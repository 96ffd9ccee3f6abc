"""A whole run: which models must be looked at, and what became of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from modelyard.findings import Finding, Severity
from modelyard.pipeline import cache
from modelyard.pipeline.fingerprint import Fingerprints
from modelyard.pipeline.owned import environment_names, model_names, owned_folders, rendered_names
from modelyard.pipeline.result import ModelResult, RunResult
from modelyard.write.tree import Tree


@dataclass(frozen=True)
class Request:
    """What was asked for. ``models`` None means all, and that what vanished models left is removed.

    ``write`` is false for ``--check`` and ``--diff``; only a run that writes asks the cache.
    """

    root: Path
    models: tuple[str, ...] | None = None
    environments: frozenset[str] | None = None
    targets: frozenset[str] | None = None
    write: bool = True
    diff: bool = False
    workers: int = 1

    @property
    def whole(self) -> bool:
        """Whether each model is rendered for everything, so that the cache can speak of it."""
        return self.environments is None and self.targets is None


Progress = Callable[[int, int], None]


def run(request: Request, progress: Progress, waiting: Callable[[str], None]) -> RunResult:
    """Renders what was asked for. Raises WriteError; what is wrong with the input is in the result."""
    if not request.write:
        return _run(request, progress)
    from modelyard.write.lock import write_lock

    with write_lock(request.root, waiting):
        return _run(request, progress)


def _run(request: Request, progress: Progress) -> RunResult:
    root = request.root
    environments = environment_names(root)
    existing = model_names(root)
    names = sorted({*existing, *rendered_names(root, environments)} if request.models is None else request.models)
    if not (request.write and request.whole):
        return _render(request, names, existing, environments, progress)
    with Tree(root) as tree:
        prints = Fingerprints(root, tree, environments)
        entries = cache.load(root)
        inputs = {name: prints.inputs(name) for name in names}
        fresh = {name: entry for name, entry in entries.items() if _is_fresh(name, entry, inputs, prints, environments)}
    stale = [name for name in names if name not in fresh]
    if not stale:
        return RunResult(tuple(ModelResult(name, files=fresh[name].files) for name in names), ())
    result = _render(request, stale, existing, environments, progress)
    _remember(request, result, fresh, inputs, environments, entries)
    done = {model.name: model for model in result.models}
    done.update({name: ModelResult(name, files=entry.files) for name, entry in fresh.items()})
    return dataclasses.replace(result, models=tuple(done[name] for name in names if name in done))


def _is_fresh(
    name: str, entry: cache.Entry, inputs: dict[str, str], prints: Fingerprints, environments: list[str]
) -> bool:
    if inputs.get(name) != entry.inputs:
        return False
    return prints.outputs(owned_folders(name, environments, None, None)) == entry.outputs


def _render(
    request: Request, names: list[str], existing: list[str], environments: list[str], progress: Progress
) -> RunResult:
    # Everything heavy is imported from here on: a run without changes never gets this far.
    from modelyard.load.shared import load_shared
    from modelyard.pipeline.model import Scope
    from modelyard.pipeline.work import Job
    from modelyard.pipeline.workers import run_models
    from modelyard.targets.registry import discover

    targets = discover()
    shared = load_shared(request.root, targets.plugins)
    broken = any(finding.severity is Severity.ERROR for finding in shared.findings)
    job = Job(
        root=request.root,
        shared=shared,
        targets=targets,
        scope=Scope(request.environments, request.targets),
        environments=environments,
        existing=frozenset(existing),
        # With a broken environment or catalogue nothing can be trusted to be complete.
        write=request.write and not broken,
        diff=request.diff,
    )
    results = run_models(job, names, request.workers, lambda done: progress(done, len(names)))
    found: tuple[Finding, ...] = shared.findings
    return RunResult(tuple(results), found)


def _remember(
    request: Request,
    result: RunResult,
    fresh: dict[str, cache.Entry],
    inputs: dict[str, str],
    environments: list[str],
    before: dict[str, cache.Entry],
) -> None:
    """Only models without any finding are remembered: a warning must be said in every run."""
    entries = dict(fresh) if request.models is None else {**before, **fresh}
    with Tree(request.root) as tree:
        prints = Fingerprints(request.root, tree, environments)
        for model in result.models:
            entries.pop(model.name, None)
            if not model.findings and not result.findings and prints.inputs(model.name) == inputs[model.name]:
                outputs = prints.outputs(owned_folders(model.name, environments, None, None))
                entries[model.name] = cache.Entry(inputs[model.name], outputs, model.files)
    cache.save(request.root, entries)



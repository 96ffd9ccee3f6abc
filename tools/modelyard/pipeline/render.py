"""A whole run: which models must be looked at, and what became of them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.findings import Finding, Severity
from modelyard.pipeline import cache
from modelyard.pipeline.claims import clashes
from modelyard.pipeline.fingerprint import Fingerprints
from modelyard.pipeline.owned import environment_names, model_names, owned_folders, rendered_names
from modelyard.pipeline.result import ModelResult, RunResult
from modelyard.pipeline.workers import each
from modelyard.write.tree import Tree

if TYPE_CHECKING:
    from modelyard.pipeline.work import Job

# Below these, starting processes costs more than it saves: rendering is ten times the work of hashing.
_RENDERS_WORTH_FORKING = 50
_DIGESTS_WORTH_FORKING = 200


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


@dataclass(frozen=True)
class _Repository:
    """What the folders say at the start of a run."""

    root: Path
    environments: list[str]
    existing: list[str]

    @classmethod
    def of(cls, root: Path) -> _Repository:
        return cls(root, environment_names(root), model_names(root))

    def owned(self, model: str) -> list[str]:
        """All folders that hold nothing but what is rendered of the model."""
        return owned_folders(model, self.environments, None, None)


# What became of a model, and what the next run may know of it.
_Outcome = tuple[ModelResult, cache.Entry | None]


def _run(request: Request, progress: Progress) -> RunResult:
    repository = _Repository.of(request.root)
    names = sorted(
        {*repository.existing, *rendered_names(request.root, repository.environments)}
        if request.models is None
        else request.models
    )
    if not (request.write and request.whole):
        findings, outcomes = _render(request, names, repository, None, progress)
        return _compared((model for model, _ in outcomes), findings)
    prints = Fingerprints(request.root, repository.environments)
    entries = cache.load(request.root)
    fresh = _fresh(request, repository, prints, {name: entries[name] for name in names if name in entries})
    done = {
        name: ModelResult(name, files=entry.files, skipped=entry.skipped, claims=entry.claims)
        for name, entry in fresh.items()
    }
    findings = ()
    stale = [name for name in names if name not in fresh]
    if stale or not names:  # an empty repository still has what all models share
        findings, outcomes = _render(request, stale, repository, prints, progress)
        done.update((model.name, model) for model, _ in outcomes)
        kept = (
            fresh
            if request.models is None
            else {name: one for name, one in entries.items() if name not in stale}
        )
        # What was edited meanwhile may or may not have been seen by the models that were rendered then.
        if not findings and Fingerprints(request.root, repository.environments).shared == prints.shared:
            kept = {**kept, **{model.name: entry for model, entry in outcomes if entry is not None}}
        cache.save(request.root, kept)
    return _compared((done[name] for name in names), findings)


def _compared(models: Iterable[ModelResult], findings: tuple[Finding, ...]) -> RunResult:
    """The result of the run, with what two of its models both claim and only one can have."""
    known = tuple(models)
    clashing = list(clashes((model.name, model.claims) for model in known))
    return RunResult(known, findings, tuple(clashing))


def _fresh(
    request: Request, repository: _Repository, prints: Fingerprints, entries: dict[str, cache.Entry]
) -> dict[str, cache.Entry]:
    """The entries whose inputs and outputs are on disk as they say."""

    @contextmanager
    def comparing() -> Iterator[Callable[[str], bool]]:
        with Tree(request.root) as tree:

            def is_fresh(name: str) -> bool:
                entry = entries[name]
                return (
                    prints.inputs(tree, name) == entry.inputs
                    and prints.outputs(tree, repository.owned(name)) == entry.outputs
                )

            yield is_fresh

    names = list(entries)
    answers = each(comparing, names, request.workers, _DIGESTS_WORTH_FORKING)
    return {name: entries[name] for name, fresh in zip(names, answers, strict=True) if fresh}


def _render(
    request: Request,
    names: list[str],
    repository: _Repository,
    prints: Fingerprints | None,
    progress: Progress,
) -> tuple[tuple[Finding, ...], list[_Outcome]]:
    # Everything heavy is imported from here on: a run without changes never gets this far.
    with _lasting():
        from modelyard.load.shared import load_shared
        from modelyard.pipeline.model import Scope
        from modelyard.pipeline.work import Job
        from modelyard.targets.registry import discover

        targets = discover()
        shared = load_shared(request.root, targets.plugins)
    broken = any(finding.severity is Severity.ERROR for finding in shared.findings)
    job = Job(
        root=request.root,
        shared=shared,
        targets=targets,
        scope=Scope(request.environments, request.targets),
        environments=repository.environments,
        existing=frozenset(repository.existing),
        # With a broken environment or catalogue nothing can be trusted to be complete.
        write=request.write and not broken,
        diff=request.diff,
    )

    @contextmanager
    def rendering() -> Iterator[Callable[[str], _Outcome]]:
        with Tree(request.root) as tree:
            yield lambda name: _render_one(job, tree, name, repository, prints)

    outcomes = []
    for outcome in each(rendering, names, request.workers, _RENDERS_WORTH_FORKING):
        outcomes.append(outcome)
        progress(len(outcomes), len(names))
    return shared.findings, outcomes


@contextmanager
def _lasting() -> Iterator[None]:
    """What is made in this context stays: the garbage collector need not look through it, now or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _render_one(
    job: Job, tree: Tree, name: str, repository: _Repository, prints: Fingerprints | None
) -> _Outcome:
    from modelyard.pipeline.work import run_model, vanished

    before = prints.inputs(tree, name) if prints is not None else ""
    try:
        model = run_model(job, tree, name)
    except FileNotFoundError:
        if name in job.existing and not os.path.lexists(job.root / "models" / name):
            return vanished(name), None
        raise
    # Only models without any finding are remembered: a warning must be said in every run.
    if prints is None or model.findings:
        return model, None
    tree.forget()  # folders may have been moved since they were opened
    if prints.inputs(tree, name) != before:
        return model, None
    return model, cache.Entry(before, model.outputs, model.files, model.skipped or {}, model.claims)

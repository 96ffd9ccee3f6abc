"""One model's share of a run: render, plan, and apply where that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from modelyard.findings import Finding, Location, Severity
from modelyard.load.shared import Shared
from modelyard.pipeline.model import RenderedModel, Scope, render_model
from modelyard.pipeline.owned import owned_folders
from modelyard.pipeline.result import ModelResult
from modelyard.targets.registry import Targets
from modelyard.write import Tree, apply, plan, unified_diff
from modelyard.write.scan import digest_files


@dataclass(frozen=True)
class Job:
    """What is the same for all models of a run. ``existing`` are the models that have a folder."""

    root: Path
    shared: Shared
    targets: Targets
    scope: Scope
    environments: list[str]
    existing: frozenset[str]
    write: bool
    diff: bool


def run_model(job: Job, tree: Tree, name: str) -> ModelResult:
    """Renders one model and brings the disk in line with it; a model that is gone leaves nothing behind.

    Where anything is wrong with the model, nothing of it is touched. Raises WriteError.
    """
    if name in job.existing:
        rendered = render_model(job.root, name, job.shared, job.targets, job.scope)
    else:
        rendered = RenderedModel(name, {}, (), {})
    if rendered.failed:
        return ModelResult(name, findings=rendered.findings, skipped=rendered.skipped, failed=True)
    owned = owned_folders(name, job.environments, job.scope.environments, job.scope.targets)
    planned = plan(tree, rendered.files, owned)
    findings = (*rendered.findings, *planned.findings)
    if any(finding.severity is Severity.ERROR for finding in planned.findings):
        return ModelResult(name, findings=findings, skipped=rendered.skipped, failed=True)
    if job.write and planned.has_work:
        apply(tree, planned)
    return ModelResult(
        name,
        changes=tuple((change.path, change.action.value) for change in planned.pending),
        files=len(rendered.files),
        findings=findings,
        skipped=rendered.skipped,
        claims=rendered.claims,
        # Of what was meant to be written, and not read back: an edit that came in between must be seen.
        outputs=digest_files(rendered.files, owned).hex() if job.write else "",
        diff="".join(unified_diff(change) for change in planned.pending) if job.diff else "",
    )


def vanished(name: str) -> ModelResult:
    """A model whose folder went away while the run was reading it."""
    hint = "run the command again"
    finding = Finding("missing-file", Location(f"models/{name}"), "the folder went away during the run", hint)
    return ModelResult(name, findings=(finding,), failed=True)

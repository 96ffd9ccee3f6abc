"""Which place a model is run as in: the environment that was named, or the first that has the model."""

from __future__ import annotations

from pathlib import Path

from modelyard.findings import Finding, Severity
from modelyard.load.shared import load_shared
from modelyard.pipeline.model import Scope, resolve_model
from modelyard.pipeline.owned import environment_names
from modelyard.resolve.checks import check_workload
from modelyard.resolve.workload import Workload
from modelyard.running.errors import CannotRun
from modelyard.targets.registry import discover

# Preferred, where nobody says which: the environment of a laptop.
LOCAL = "local"


def workload_of(root: Path, model: str, environment: str | None) -> Workload | list[Finding]:
    """The model in the environment's first region, or what is wrong with it there.

    Raises CannotRun where the model is in no such place.
    """
    targets = discover()
    shared = load_shared(root, targets.plugins)
    known = environment_names(root)
    names = [environment] if environment is not None else sorted(known, key=lambda name: name != LOCAL)
    skipped: dict[str, str] = {}
    for name in names:
        resolved, findings, _ = resolve_model(root, model, shared, targets, Scope(frozenset([name])))
        workload = next(iter(resolved.workloads), None)
        if workload is not None:
            findings += check_workload(workload, shared.catalogue)
        wrong = [item for item in [*shared.findings, *findings] if item.severity is Severity.ERROR]
        if wrong:
            return wrong
        if workload is not None:
            return workload
        skipped |= {name: "it is not there", **resolved.skipped}
    why = "\n".join(f"{name}: {reason}" for name, reason in skipped.items())
    where = environment if environment is not None else "any environment"
    raise CannotRun(f"{model} does not run in {where}", "name one that has it by --env", why)

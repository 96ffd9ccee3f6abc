"""A job that deploys and does not wait for the gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.workflows._gate import (
    calls_deployment,
    deploying_steps,
    gate_jobs,
    is_gate_step,
    waits_for_gate,
)
from modelyard.rules.workflows._jobs import action, jobs, steps
from modelyard.subjects.facts import Workflow

_TOOL = "tools/scan"


def check(workflow: Workflow, context: Context) -> Iterator[Problem]:
    """One problem for the first step of each job that deploys, promotes or pushes before the gate."""
    gates = gate_jobs(workflow)
    # Where there is no gate, other people's workflows need not wait for it.
    if not gates and context.files and _TOOL not in context.files:
        return
    for name, job, path in jobs(workflow):
        first = next(deploying_steps(job), None)
        calls = calls_deployment(job)
        if (first is None and not calls) or waits_for_gate(workflow, name, gates):
            continue
        reason = "no job that it needs runs tools/scan"
        if _would_wait(workflow, name, gates):
            reason = "its `if` lets it run when the gate has failed"
        if first is None:
            yield Problem((*path, "uses"), f"the job {name} calls {action(job)}; {reason}", evidence=name)
            continue
        index, what = first
        if any(is_gate_step(step) for number, step in steps(job) if number < index):
            continue
        place = (*path, "steps", index)
        step = dict(steps(job))[index]
        key = "run" if "run" in step else "uses"
        yield Problem((*place, key), f"the job {name} runs {what}; {reason}", evidence=f"{name}: {what}")


def _would_wait(workflow: Workflow, name: str, gates: set[str]) -> bool:
    """Whether it would wait but for its ``if``."""
    job = {key: value for key, value in workflow.jobs[name].items() if key != "if"}
    return waits_for_gate(replace(workflow, jobs={**workflow.jobs, name: job}), name, gates)


RULE = Rule(
    id="deploy-before-gate",
    level=Level.HIGH,
    summary="A job deploys, promotes or pushes without waiting for the security gate.",
    why="What the gate would have stopped is running by the time that it says so.",
    fix="Put the job that runs tools/scan into `needs`; use no always(), failure() or cancelled() in `if` "
    "without needs.<gate>.result == 'success'.",
    subject=Workflow,
    check=check,
    source="GitHub Docs: Workflow syntax, jobs.<job_id>.needs; Expressions, status check functions",
)

"""A gate that does not always run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.workflows._gate import gate_jobs, is_gate_step
from modelyard.rules.workflows._jobs import PULL_REQUESTS, jobs, steps, text, triggers
from modelyard.subjects.facts import Workflow

# These make it run more often, never less.
_ALWAYS = frozenset({"", "true", "always()", "success()", "!cancelled()", "success() || failure()"})


def check(workflow: Workflow, context: Context) -> Iterator[Problem]:
    """Speaks of path filters on pull requests, and of conditions on the gate's job or step."""
    gates = gate_jobs(workflow)
    if not gates:
        return
    on = triggers(workflow)
    for event in sorted(PULL_REQUESTS & on.keys()):
        said = on[event]
        for word in ("paths", "paths-ignore"):
            if isinstance(said, Mapping) and said.get(word):
                where = (*workflow.path, "on", event, word)
                yield Problem(where, f"{word} of {event} decides whether the gate runs")
    for name, job, path in jobs(workflow):
        if name not in gates:
            continue
        if _condition(text(job, "if")) not in _ALWAYS:
            yield Problem((*path, "if"), f"the gate's job {name} runs only if {text(job, 'if')}")
        gating = [(index, step) for index, step in steps(job) if is_gate_step(step)]
        # One that always runs is enough; what else it is asked, it may be asked now and then.
        if any(_condition(text(step, "if")) in _ALWAYS for _, step in gating):
            continue
        for index, step in gating:
            yield Problem((*path, "steps", index, "if"), f"the gate runs only if {text(step, 'if')}")


def _condition(written: str) -> str:
    return written.strip().removeprefix("${{").removesuffix("}}").strip().lower()


RULE = Rule(
    id="gate-can-be-skipped",
    level=Level.MEDIUM,
    summary="A workflow runs the security gate for some changes only.",
    why="A skipped job is a success for branch protection; a change outside of the filter is never seen.",
    fix="Run the gate on every pull request without `paths` and `if`; tools/scan --changed makes it fast.",
    subject=Workflow,
    check=check,
    source="GitHub Docs: Troubleshooting required status checks; Using conditions to control job execution",
)

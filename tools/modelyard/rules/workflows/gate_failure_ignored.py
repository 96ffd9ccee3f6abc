"""A gate that cannot fail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.workflows._gate import RUNS, gate_jobs, is_gate_step
from modelyard.rules.workflows._jobs import action, jobs, script, steps, text
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Workflow

_SWALLOWED = re.compile(r"\|\|(?!\s*(?:exit\s+[1-9]|false\b|return\s+[1-9]|\{[^}]*exit\s+[1-9]))|&\s*$")
_NO_STOP = re.compile(r"^\s*set\s+\+(?:e|o\s+errexit)", re.MULTILINE)
_PIPE = re.compile(r"(?<!\|)\|(?!\|)")
_PIPEFAIL = re.compile(r"set\s+-[a-z]*o\s+pipefail|set\s+-o\s+pipefail|shopt\s+-so\s+pipefail")
_CONDITION = re.compile(r"^\s*(?:if|while|until)\s|^\s*!\s")


def check(workflow: Workflow, context: Context) -> Iterator[Problem]:
    """Speaks of continue-on-error at the job or the step, and of shell lines that lose the exit code."""
    gates = gate_jobs(workflow)
    for name, job, path in jobs(workflow):
        if name not in gates:
            continue
        if text(job, "continue-on-error").lower() not in ("", "false"):
            yield Problem((*path, "continue-on-error"), f"the job {name} is green although the gate fails")
        for index, step in steps(job):
            if is_gate_step(step):
                yield from _of_step(workflow, job, step, (*path, "steps", index))


def _of_step(
    workflow: Workflow, job: Mapping[str, Any], step: Mapping[str, Any], path: Path
) -> Iterator[Problem]:
    if text(step, "continue-on-error").lower() not in ("", "false"):
        yield Problem((*path, "continue-on-error"), "the job goes on although the gate fails")
    if action(step):
        return
    lines = script(step).splitlines()
    piped = _pipefail(workflow, job, step)
    for number, line in enumerate(lines):
        match = RUNS.search(line)
        if match is None:
            continue
        reason = _lost(line[: match.end()], line[match.end() :], piped, script(step), number < len(lines) - 1)
        if reason:
            yield Problem((*path, "run"), f"{reason}: {line.strip()}", evidence=line.strip())


def _lost(before: str, after: str, pipefail: bool, whole: str, more: bool) -> str:
    """Why the exit code is lost, or nothing."""
    after = after.partition(" #")[0]
    if _SWALLOWED.search(after):
        return "the gate's exit code is thrown away"
    if _PIPE.search(after) and not pipefail:
        return "the pipe's last command decides, and not the gate"
    if _CONDITION.search(before) and "exit" not in whole:
        return "a condition takes the gate's exit code and nothing fails on it"
    if _NO_STOP.search(whole) and more and "exit" not in whole:
        return "set +e goes on after the gate has failed"
    return ""


def _pipefail(workflow: Workflow, job: Mapping[str, Any], step: Mapping[str, Any]) -> bool:
    """`shell: bash` sets pipefail; the default shell of Linux, which is bash too, does not."""
    if _PIPEFAIL.search(script(step)):
        return True
    data = workflow.document.data
    for holder in (step, _defaults(job), _defaults(data if isinstance(data, Mapping) else {})):
        shell = text(holder, "shell").strip()
        if shell:
            return shell == "bash" or "pipefail" in shell
    return False


def _defaults(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    defaults = mapping.get("defaults")
    run = defaults.get("run") if isinstance(defaults, Mapping) else None
    return run if isinstance(run, Mapping) else {}


RULE = Rule(
    id="gate-failure-ignored",
    level=Level.HIGH,
    summary="A workflow runs the security gate and does not fail when the gate does.",
    why="The check is green, so that branch protection and every job that needs it take it for passed.",
    fix="Let tools/scan be the last word of its step: no continue-on-error, no `|| true`, and `shell: bash` "
    "where its output is piped.",
    subject=Workflow,
    check=check,
    source="GitHub Docs: Workflow syntax, continue-on-error and jobs.<job_id>.steps[*].shell",
)

"""What the gate is in a workflow, and what must wait for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.rules.workflows._jobs import action, jobs, needs, script, steps, text, triggers
from modelyard.subjects.facts import Workflow

# As a command of its own, perhaps through an interpreter: `echo tools/scan` runs nothing.
RUNS = re.compile(
    r"(?:^|[;&|(]|\b(?:if|then|do|else|while|until)\s|!\s)\s*"
    r"(?:(?:sudo|exec|time|env|command|(?:uv|poetry|pdm)\s+run|timeout\s+\S+|(?:\S*/)?(?:python[\d.]*|bash|sh)"
    r"|-\w+|\w+=\S*)\s+)*"
    r"(?:\S*/)?(?:tools/scan(?![\w.-])|modelyard\s+scan\b)",
    re.MULTILINE,
)
_ACTION = re.compile(r"(?:^|/)(?:security-)?(?:gate|scan)(?:/|\.ya?ml|$)")
_DEPLOYING_WORKFLOW = re.compile(r"(?:^|/)(?:deploy|promote|publish|release)[\w.-]*\.ya?ml$")
# What brings something to an environment or a registry.
_DEPLOYS = re.compile(
    r"(?:^|[\s;&|(./])tools/(?:promote|deploy|publish|push)\b|\bmodelyard\s+(?:promote|deploy|publish)\b"
    r"|\b(?:docker|podman|buildah|crane|skopeo|oras)\s+(?:image\s+)?(?:push|copy)\b"
    r"|\bdocker\s+(?:buildx\s+)?(?:build|bake)\b[^\n]*--push\b|tools/build\b[^\n]*--push\b"
    r"|\baws\s+cloudformation\s+(?:deploy|create-stack|update-stack|execute-change-set)\b"
    r"|\baws\s+ecs\s+(?:update-service|create-service|register-task-definition|run-task)\b"
    r"|\baws\s+sagemaker\s+(?:create-endpoint|update-endpoint)\b"
    r"|\bkubectl\s+(?:apply|replace|set\s+image|rollout\s+restart)\b|\bhelm\s+(?:upgrade|install)\b"
    r"|\bargocd\s+app\s+sync\b|\bflux\s+reconcile\b|\bcdk\s+deploy\b|\bsam\s+deploy\b"
)
_DRY = re.compile(r"--dry-run(?!=none)|--no-execute-changeset")
_DEPLOY_ACTIONS = (
    "aws-actions/amazon-ecs-deploy-task-definition",
    "aws-actions/aws-cloudformation-github-deploy",
)
# Status functions take away that a job is skipped when what it needs has failed.
_IGNORES_FAILURE = re.compile(r"\b(?:always|failure|cancelled)\s*\(\s*\)")


def is_gate_step(step: Mapping[str, Any]) -> bool:
    """Whether a step runs the gate: the tool, or an action of this repository named after it."""
    uses = action(step)
    return bool(RUNS.search(script(step))) or (uses.startswith("./") and bool(_ACTION.search(uses)))


def gate_jobs(workflow: Workflow) -> set[str]:
    """The jobs that run the gate, by themselves or as a workflow that is named after it."""
    return {
        name
        for name, job, _ in jobs(workflow)
        if any(is_gate_step(step) for _, step in steps(job)) or _ACTION.search(action(job))
    }


def deploying_steps(job: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """The steps that deploy, promote or push, each with what it runs."""
    for index, step in steps(job):
        for line in script(step).splitlines():
            match = _DEPLOYS.search(line)
            if match and not _DRY.search(line):
                yield index, " ".join(match.group().split()).lstrip(";&|(./")
                break
        else:
            what = _deploys_by_action(step)
            if what:
                yield index, what


def calls_deployment(job: Mapping[str, Any]) -> bool:
    """Whether the job is a workflow of this repository that is named after what it does."""
    called = action(job)
    return called.startswith("./") and bool(_DEPLOYING_WORKFLOW.search(called))


def _deploys_by_action(step: Mapping[str, Any]) -> str:
    uses = action(step)
    given = step.get("with")
    arguments = given if isinstance(given, Mapping) else {}
    if uses in _DEPLOY_ACTIONS:
        return uses
    pushes = text(arguments, "push").lower() not in ("", "false") or "type=registry" in text(
        arguments, "outputs"
    )
    return uses if uses in ("docker/build-push-action", "docker/bake-action") and pushes else ""


def waits_for_gate(workflow: Workflow, name: str, gates: set[str]) -> bool:
    """Whether a job runs only after a gate has passed, by itself or through what it needs.

    A workflow that only others call leaves the waiting to them.
    """
    if set(triggers(workflow)) == {"workflow_call"}:
        return True
    return _after_green_run(workflow, workflow.jobs[name]) or _waits(workflow, name, gates, frozenset())


def _waits(workflow: Workflow, name: str, gates: set[str], seen: frozenset[str]) -> bool:
    job = workflow.jobs.get(name)
    if not isinstance(job, Mapping) or name in seen:
        return False
    condition = text(job, "if")
    if _IGNORES_FAILURE.search(condition):
        return any(_asks_result(condition, gate) for gate in needs(job) if gate in gates)
    return any(one in gates or _waits(workflow, one, gates, seen | {name}) for one in needs(job))


def _asks_result(condition: str, gate: str) -> bool:
    # `||` may let it run although the gate has failed; who needs that much can say it in two jobs.
    wanted = re.compile(
        rf"needs(?:\.{re.escape(gate)}|\[\s*'{re.escape(gate)}'\s*\])\.result\s*==\s*'success'"
    )
    return wanted.search(condition) is not None and "||" not in condition


def _after_green_run(workflow: Workflow, job: Mapping[str, Any]) -> bool:
    """A job that another workflow's success starts: which of its jobs are required, that one says."""
    passed = re.search(r"workflow_run\.conclusion\s*==\s*'success'", text(job, "if"))
    return set(triggers(workflow)) == {"workflow_run"} and passed is not None

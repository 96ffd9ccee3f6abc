"""Jobs of a workflow: their steps, rights and what starts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import Workflow

PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})


def jobs(workflow: Workflow) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
    """Each job with its name and path."""
    for name, job in workflow.jobs.items():
        if isinstance(job, Mapping):
            yield name, job, (*workflow.path, "jobs", name)


def steps(job: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each step with its number, from 0."""
    found = job.get("steps")
    for index, step in enumerate(found if isinstance(found, list) else ()):
        if isinstance(step, Mapping):
            yield index, step


def text(mapping: Mapping[str, Any], key: str) -> str:
    """A value as text: ``if: true`` is a boolean for YAML and an expression for GitHub."""
    value = mapping.get(key)
    return "" if value is None else str(value)


def triggers(workflow: Workflow) -> Mapping[str, Any]:
    """What starts it, with what is said of each; written as text, list or mapping."""
    on = workflow.on
    if isinstance(on, str):
        return {on: None}
    if isinstance(on, list):
        return {str(one): None for one in on}
    return on if isinstance(on, Mapping) else {}


def may_ask_for_tokens(workflow: Workflow, job: Mapping[str, Any]) -> bool:
    """Whether the job has ``id-token: write``; its own permissions take the place of the workflow's."""
    rights = job.get("permissions", _data(workflow).get("permissions"))
    if isinstance(rights, Mapping):
        return text(rights, "id-token") == "write"
    return isinstance(rights, str) and rights == "write-all"


def permissions_path(workflow: Workflow, name: str) -> Path:
    """Where that is said."""
    job = workflow.jobs[name]
    path = (*workflow.path, "jobs", name) if "permissions" in job else workflow.path
    return (*path, "permissions", "id-token")


def environment(job: Mapping[str, Any]) -> str:
    """The name of the job's environment; empty where it has none."""
    found = job.get("environment")
    return text(found, "name") if isinstance(found, Mapping) else str(found or "")


def needs(job: Mapping[str, Any]) -> list[str]:
    """The jobs that it waits for."""
    found = job.get("needs")
    return (
        [found] if isinstance(found, str) else [str(one) for one in found] if isinstance(found, list) else []
    )


def action(step: Mapping[str, Any]) -> str:
    """The action that a step uses, without its version, in lower case."""
    return text(step, "uses").partition("@")[0].strip().lower()


_CODE_LINE = re.compile(r"^\s*#.*$", re.MULTILINE)


def script(step: Mapping[str, Any]) -> str:
    """What a step runs, without comments and with continued lines joined."""
    return _CODE_LINE.sub("", text(step, "run")).replace("\\\n", " ")


def _data(workflow: Workflow) -> Mapping[str, Any]:
    data = workflow.document.data
    return data if isinstance(data, Mapping) else {}

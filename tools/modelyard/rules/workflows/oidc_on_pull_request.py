"""Tokens for code that nobody has reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.workflows._jobs import (
    PULL_REQUESTS,
    environment,
    jobs,
    may_ask_for_tokens,
    permissions_path,
    text,
    triggers,
)
from modelyard.subjects.facts import Workflow

_EVENT_IS = re.compile(r"github\.event_name\s*==\s*'(?!pull_request)[a-z_]+'")
_EVENT_IS_NOT = re.compile(r"github\.event_name\s*!=\s*'(pull_request(?:_target)?)'")
# The ref of a pull request is refs/pull/...; but that of pull_request_target is the base branch.
_REF_IS = re.compile(
    r"github\.ref\s*==\s*'refs/(?:heads|tags)/|github\.ref_name\s*==\s*'|startsWith\(\s*github\.ref,"
)


def check(workflow: Workflow, context: Context) -> Iterator[Problem]:
    """Speaks of jobs that pull requests start, that may ask for tokens, and that have no environment."""
    events = PULL_REQUESTS & triggers(workflow).keys()
    for name, job, _ in jobs(workflow) if events else ():
        if environment(job) or not may_ask_for_tokens(workflow, job):
            continue
        left = _left(text(job, "if"), events)
        if left:
            message = f"the job {name} may ask for OIDC tokens when {' or '.join(sorted(left))} starts it"
            yield Problem(permissions_path(workflow, name), message, evidence=name)


def _left(condition: str, events: frozenset[str]) -> frozenset[str]:
    """The events that the condition lets through; with `||` in it, all of them."""
    if "||" in condition:
        return events
    if _EVENT_IS.search(condition):
        return frozenset()
    left = events - set(_EVENT_IS_NOT.findall(condition))
    return left - {"pull_request"} if _REF_IS.search(condition) else left


RULE = Rule(
    id="oidc-on-pull-request",
    level=Level.HIGH,
    summary="A pull request's job may ask for OIDC tokens outside of any environment.",
    why="What the branch of the pull request says is run, with a token that AWS takes for this repository.",
    fix="Give id-token: write only to jobs that run after the merge, or to one with a protected environment.",
    subject=Workflow,
    check=check,
    source="GitHub Docs: Security hardening for GitHub Actions; OpenID Connect reference",
)

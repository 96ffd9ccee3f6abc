"""A job that takes a role on and that nobody has to approve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.workflows._jobs import action, environment, jobs, may_ask_for_tokens, script, steps, text
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Workflow


def check(workflow: Workflow, context: Context) -> Iterator[Problem]:
    """Speaks of the step that trades the token of a job without ``environment`` for credentials of AWS."""
    for name, job, path in jobs(workflow):
        if environment(job) or not may_ask_for_tokens(workflow, job):
            continue
        place = _takes_role(job, path)
        if place is not None:
            yield Problem(place, f"the job {name} takes a role on outside of any environment", evidence=name)


def _takes_role(job: Mapping[str, Any], path: Path) -> Path | None:
    for index, step in steps(job):
        given = step.get("with")
        role = given.get("role-to-assume") if isinstance(given, Mapping) else None
        if action(step) == "aws-actions/configure-aws-credentials" and role:
            return (*path, "steps", index, "uses")
        if "assume-role-with-web-identity" in script(step) or "AWS_WEB_IDENTITY_TOKEN_FILE" in text(
            step, "env"
        ):
            return (*path, "steps", index)
    return None


RULE = Rule(
    id="oidc-role-without-environment",
    level=Level.HIGH,
    summary="A job takes an AWS role on by OIDC and belongs to no environment.",
    why="Its token names a branch or a pull request and no environment: the role must trust these, and no "
    "reviewer, wait timer or branch rule of an environment stands before it.",
    fix="Add `environment: <name>` to the job, protect that environment, and let the role trust "
    "repo:<owner>/<name>:environment:<name> only.",
    subject=Workflow,
    check=check,
    source="GitHub Docs: Configuring OpenID Connect in Amazon Web Services; Managing environments",
)

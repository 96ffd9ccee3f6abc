"""A role for tokens, whoever they were given to."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.iam._conditions import Narrowing, claim
from modelyard.rules.iam._oidc import provider
from modelyard.subjects.facts import Statement


def check(statement: Statement, context: Context) -> Iterator[Problem]:
    """No condition on ``sub`` that narrows; for GitHub, one that lets any repository of anybody in."""
    found = provider(statement)
    if found is None:
        return
    kind, principal = found
    # Since 2026 AWS reads GitHub's own claims too; these name the repository as well as `sub` does.
    names = ("sub", "repository", "repository_id", "job_workflow_ref") if kind == "github" else ("sub",)
    narrowings = [one for name in names for one in claim(statement, name)]
    if not narrowings:
        whom = {"github": "every repository on GitHub", "eks": "every pod of the cluster"}.get(
            kind, "every identity of the provider"
        )
        yield Problem(principal.path, f"no condition on sub that holds: {whom} may")
    elif kind == "github" and all(map(_any_owner, narrowings)):
        where = narrowings[0]
        yield Problem(where.path, f"{where.values[0]} lets repositories of any owner in", where.values[0])


def _any_owner(one: Narrowing) -> bool:
    name = one.key.rpartition(":")[2]
    if not one.wild or name not in ("sub", "repository", "job_workflow_ref"):
        return False
    return any("*" in _owner(value) for value in one.values)


def _owner(value: str) -> str:
    head, slash, _ = value.removeprefix("repo:").partition("/")
    return head if slash else head + "*" * ("*" in head)


RULE = Rule(
    id="oidc-trust-without-subject",
    level=Level.CRITICAL,
    summary="A role trusts an identity provider without saying whose tokens.",
    why="Anybody whom the provider knows may take the role on: for GitHub, every repository in the world. "
    "ForAllValues and IfExists hold when the claim is missing, so they do not count.",
    fix="Add StringEquals <provider>:sub with the one subject: repo:<owner>/<name>:environment:<name>, or "
    "system:serviceaccount:<namespace>:<name>.",
    subject=Statement,
    check=check,
    source="GitHub Docs: Configuring OpenID Connect in Amazon Web Services; "
    "IAM User Guide: Create a role for OpenID Connect federation",
)

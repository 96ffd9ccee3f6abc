"""Files that decide what the gate says, and that anybody may change."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.workflows._codeowners import OwnerRule, below, owner_rule
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Owners

# What is guarded, and a file there to ask for where the repository's files are not known.
_ROOTS = {
    ".github/": ".github/workflows/ci.yml",
    "policy/": "policy/waivers.yaml",
    "tools/": "tools/scan",
    "Dockerfiles/base-images.yaml": "Dockerfiles/base-images.yaml",
    ".pre-commit-config.yaml": ".pre-commit-config.yaml",
}


def check(owners: Owners, context: Context) -> Iterator[Problem]:
    """For each guarded root: files without owners, and owners that a later, wider pattern takes away."""
    roots = {**_ROOTS, **{f"environments/{name}/": f"environments/{name}/environment.yaml"
                          for name in sorted(context.environments)}}  # fmt: skip
    for root, example in roots.items():
        files = below(root, context.files) if context.files else [example]
        said: set[int] = set()
        for path in files:
            rule = owner_rule(path, owners.rules)
            line = rule[2] if rule is not None else 0
            if line in said:
                continue
            message = _wrong(path, root, rule, owners.rules)
            if message:
                said.add(line)
                yield Problem(
                    _at(owners, line), message, evidence=f"{root} {rule[0] if rule else ''}".strip()
                )


def _wrong(path: str, root: str, rule: OwnerRule | None, rules: tuple[OwnerRule, ...]) -> str:
    if rule is None:
        return f"{path} has no owners: no pattern matches it"
    if not rule[1]:
        return f"{path} has no owners: the last pattern that matches it, {rule[0]}, names nobody"
    # A root that has owners of its own, above a pattern that is wider than the root.
    own = [one for one in rules if one[0].strip("/") == root.strip("/") and one[1]]
    wider = not rule[0].lstrip("/").startswith(root.rstrip("/"))
    if own and wider and rule[2] > own[-1][2] and not set(own[-1][1]) & set(rule[1]):
        return f"{path} is taken from {' '.join(own[-1][1])} by {rule[0]}, which stands later and is wider"
    return ""


def _at(owners: Owners, line: int) -> Path:
    return (line,) if line else owners.path


RULE = Rule(
    id="gate-files-without-owners",
    level=Level.HIGH,
    summary="CODEOWNERS lets anybody change what the gate is or what it passes over.",
    why="A waiver, a workflow or the catalogue of bases can be changed in the pull request that it would "
    "have stopped, with anybody's approval.",
    fix="End CODEOWNERS with lines for /policy/, /.github/, /tools/, /Dockerfiles/base-images.yaml and each "
    "protected environment: the last match wins, and a line without owners takes them away.",
    subject=Owners,
    check=check,
    source="GitHub Docs: About code owners, CODEOWNERS syntax",
)

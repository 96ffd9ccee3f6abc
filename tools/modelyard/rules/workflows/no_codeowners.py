"""A gate that nobody owns."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.subjects.facts import Whole

_POLICY = "policy/gate.yaml"
# Where GitHub looks for it, in this order.
_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


def check(whole: Whole, context: Context) -> Iterator[Problem]:
    """Of the gate's policy, which is there once; quiet where the repository's files are not known."""
    if whole.document.path != _POLICY or not context.files:
        return
    if not any(place in context.files for place in _PLACES):
        yield Problem((), "there is no CODEOWNERS, so anybody's approval changes what the gate demands")


RULE = Rule(
    id="no-codeowners",
    level=Level.HIGH,
    summary="The repository has a gate and no CODEOWNERS.",
    why="Waivers, workflows and the gate's own policy can be changed with anybody's approval.",
    fix="Add .github/CODEOWNERS with owners for /policy/, /.github/, /tools/ and protected environments; let "
    "the branch rules require their review.",
    subject=Whole,
    check=check,
    source="GitHub Docs: About code owners, CODEOWNERS file location",
)

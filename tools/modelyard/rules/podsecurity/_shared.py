"""Makes a rule of a control of the Pod Security Standards."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.podsecurity import CONTROLS, NEWEST
from modelyard.podsecurity.view import view_of
from modelyard.rules.api import Context, Problem, Rule
from modelyard.subjects.facts import Pod

_SOURCE = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"


def pod_security_rule(
    rule: str, control: str, level: Level, *, summary: str, why: str, fix: str
) -> Rule[Pod]:
    """The rule of this id that holds pods against a control, as of the newest version of the standards.

    Where an environment's policy asks for baseline, the controls that only restricted has say nothing.
    Whatever else a policy asks for counts as restricted.
    """
    asked = CONTROLS[control]
    is_restricted = asked.level == "restricted"

    def check(pod: Pod, context: Context) -> Iterator[Problem]:
        if is_restricted and context.policy(pod.document.place).pod_security == "baseline":
            return
        for fault in asked.check(view_of(pod.spec, pod.metadata), NEWEST):
            start = pod.metadata_path if fault.within == "metadata" else pod.path
            yield Problem((*start, *fault.path), fault.message, fault.evidence)

    return Rule(
        id=rule, level=level, summary=summary, why=why, fix=fix, subject=Pod, check=check, source=_SOURCE
    )

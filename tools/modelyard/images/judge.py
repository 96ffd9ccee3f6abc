"""What trivy found, as detections: what blocks and what does not is for the policy to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.detections import Detection, Level, RuleInfo
from modelyard.images.demand import Demand
from modelyard.images.image import Image, shown
from modelyard.images.place import of_image, shown_whole
from modelyard.images.report import Misconfiguration, Report, Secret, Vulnerability

TOOL = "trivy"
# Where other people's software is, and what in it holds made-up credentials: nearly all that trivy names in
# 4.5 GiB of Debian's and Python's packages stands in such places.
_INSTALLED = re.compile(r"^usr/(?:local/)?(?:lib|share)/|(?:^|/)(?:site|dist)-packages/|(?:^|/)node_modules/")
_MADE_UP = re.compile(
    r"""(?ix) /(?: (?:unit)?tests? (?:_?(?:data|async))? | testing | fixtures | examples? | docs? )/
    | /(?: tests?[_.-][^/]* | [^/]*_tests?\.[a-z]+ | examples?[.-][^/]* )$
    | /(?: readme[^/]* | pkg-info | metadata )$"""
)
# What trivy says of the configuration goes by a Dockerfile that it makes up from the image's history, its
# base's too: it is reported, and blocks where the Dockerfile itself is scanned. image-runs-as-root says this
# one, of the configuration itself.
_OURS = frozenset({"DS-0002"})


def detections(image: Image, report: Report, demand: Demand) -> Iterator[Detection]:
    """One for each vulnerability of each package, each secret, and each thing about the configuration."""
    for vulnerability in report.vulnerabilities:
        yield _of_vulnerability(image, vulnerability, demand)
    harmless = set()
    for secret in report.secrets:
        key = (secret.rule, secret.target)
        # Of a file of examples it is enough to hear once.
        if key not in harmless:
            yield _of_secret(image, secret)
        if _is_made_up(secret):
            harmless.add(key)
    for one in report.misconfigurations:
        if one.id not in _OURS:
            yield of_image(image, one.id, Level.LOW, _message(one), shown_whole(one.fix)[:300], tool=TOOL)


def rules(report: Report) -> Iterator[RuleInfo]:
    """What is known of the rules that speak in the report."""
    for one in report.vulnerabilities:
        title = shown(one.title) or "a known vulnerability"
        fix = "Take a version that has it fixed, or have it waived for this image."
        yield RuleInfo(one.id, TOOL, one.level, title, fix=fix, url=one.url)
    for secret in report.secrets:
        summary = f"a secret in the image: {shown(secret.title)}"
        yield RuleInfo(secret.rule, TOOL, Level.CRITICAL, summary, fix=_WITHDRAW)
    for other in report.misconfigurations:
        if other.id not in _OURS:
            why = shown_whole(other.why)[:500]
            yield RuleInfo(
                other.id, TOOL, Level.LOW, shown(other.title), why, shown_whole(other.fix)[:300], other.url
            )


def _of_vulnerability(image: Image, one: Vulnerability, demand: Demand) -> Detection:
    reason = _why_not(one, demand)
    # The policy's word counts for more than the level that blocks everything else.
    level = Level.LOW if reason else max(one.level, demand.blocks)
    name = f"{shown(one.package)} {shown(one.installed)}"
    fixed = f"fixed in {shown(one.fixed)}" if one.fixed else "not fixed yet"
    title = f" ({shown(one.title)})" if one.title else ""
    allowed = f"; does not block: {reason}" if reason else ""
    where = f" {one.path}" if one.path else ""
    return of_image(
        image,
        one.id,
        level,
        f"{name} has a {one.severity} vulnerability{title}, {fixed}{allowed}",
        _hint(one),
        tool=TOOL,
        resource=f"{one.package} {one.installed} ({one.type}){where}",
    )


def _why_not(one: Vulnerability, demand: Demand) -> str:
    """Why the policy lets it pass; empty where it does not."""
    if one.level < demand.severity:
        return f"{demand.named} begins at {demand.severity.word}"
    if demand.only_fixed and not one.fixed:
        return f"{demand.named} asks only for what has a fix"
    return ""


def _hint(one: Vulnerability) -> str:
    if not one.fixed:
        return "do without the package, take a base without it, or have it waived (tools/waive --image)"
    if one.is_system:
        return "take a newer base (tools/bases bump), then build the image again"
    if one.type == "python-pkg":
        return (
            f"raise {shown(one.package)} to {shown(one.fixed)} in the requirements and lock them, then build"
        )
    return f"take {shown(one.package)} {shown(one.fixed)}, then build the image again"


_WITHDRAW = (
    "Withdraw the secret now: whoever can pull the image has it, from a deleted file too. "
    "Then build without it."
)


def _of_secret(image: Image, one: Secret) -> Detection:
    place = f"{shown_whole(one.target)}, line {one.line}" if one.target else "its configuration"
    harmless = _is_made_up(one)
    allowed = "; does not block: it belongs to the tests or documents of installed software"
    message = f"{shown(one.title)} in {place} of the image{allowed if harmless else ''}"
    where = one.target or "configuration"
    return of_image(
        image,
        one.rule,
        Level.LOW if harmless else Level.CRITICAL,
        message,
        _WITHDRAW[0].lower() + _WITHDRAW[1:],
        tool=TOOL,
        resource=where,
        mark=one.mark,
    )


def _is_made_up(one: Secret) -> bool:
    found = _INSTALLED.search(one.target)
    return found is not None and _MADE_UP.search(one.target, max(found.end() - 1, 0)) is not None


def _message(one: Misconfiguration) -> str:
    # The message may quote the instruction, and the instruction may hold a secret.
    return shown_whole(one.title)[:300]

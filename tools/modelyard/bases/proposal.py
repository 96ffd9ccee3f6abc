"""What a pull request with new base images says: branch, title, message, and a body in Markdown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelyard.bases.bump import Bump
from modelyard.bases.check import short
from modelyard.findings import Finding


@dataclass(frozen=True)
class Outcome:
    """What a run of `tools/bases bump` did.

    ``dockerfiles`` are, by key, those that named the old digest; ``rendered`` counts changed files by model.
    ``findings`` say what was not done, and why.
    """

    bumps: tuple[Bump, ...]
    dockerfiles: Mapping[str, tuple[str, ...]]
    rendered: Mapping[str, int]
    findings: tuple[Finding, ...]


def branch(bumps: Sequence[Bump]) -> str:
    """A branch name; the same bumps give the same, so that a second run updates the first one's branch."""
    if len(bumps) == 1:
        return f"bases/{bumps[0].entry.key}-{bumps[0].look.digest[7:19]}"
    words = "\n".join(f"{one.entry.key} {one.look.digest} {one.look.created.date}" for one in bumps)
    return f"bases/{len(bumps)}-images-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def title(bumps: Sequence[Bump]) -> str:
    """The first line of the commit, and the title of the pull request."""
    if len(bumps) == 1:
        return f"Renew the base image {bumps[0].entry.key}"
    return f"Renew {len(bumps)} base images"


def message(bumps: Sequence[Bump]) -> str:
    """The commit message."""
    lines = [f"{one.entry.key}: {_old(one)} -> {short(one.look.digest)} ({_dates(one)})" for one in bumps]
    return "\n".join([title(bumps), "", *lines]) + "\n"


def body(outcome: Outcome) -> str:
    """The body of the pull request."""
    lines = ["| key | tag | digest | made | Dockerfiles |", "|---|---|---|---|---|"]
    for one in outcome.bumps:
        files = "<br>".join(f"`{path}`" for path in outcome.dockerfiles.get(one.entry.key, ())) or "none"
        digest = f"`{_old(one)}` → `{short(one.look.digest)}`" if one.digest_changes else f"`{_old(one)}`"
        lines.append(f"| {one.entry.key} | `{one.entry.image.tag}` | {digest} | {_dates(one)} | {files} |")
    count = sum(outcome.rendered.values())
    lines += ["", f"Rendered anew: {_amount(count, 'file')} of {_amount(len(outcome.rendered), 'model')}."]
    if outcome.rendered:
        lines += [f"Models: {', '.join(sorted(outcome.rendered))}."]
    lines += ["", "Where each fact was seen:", ""]
    for one in outcome.bumps:
        lines += [f"- {one.entry.key}, {fact}: {text}" for fact, text in one.sources.items()]
    if outcome.findings:
        lines += ["", "Not done:", "", *(f"- {_line(finding)}" for finding in outcome.findings)]
    return "\n".join(lines) + "\n"


def markdown(outcome: Outcome) -> str:
    """Branch, commit message and body in one document, for people."""
    if not outcome.bumps:
        return "No base image is renewed.\n" + "".join(f"\n- {_line(one)}\n" for one in outcome.findings)
    return (
        f"Branch: `{branch(outcome.bumps)}`\n\nCommit message:\n\n```text\n{message(outcome.bumps)}```\n\n"
        f"# {title(outcome.bumps)}\n\n{body(outcome)}"
    )


def _line(finding: Finding) -> str:
    from modelyard.findings.visible import visible

    return visible(f"{finding.message} ({finding.rule}). {finding.hint}")


def _old(bump: Bump) -> str:
    return short(bump.entry.image.digest)


def _dates(bump: Bump) -> str:
    return f"{bump.entry.image.created} → {bump.look.created.date}"


def _amount(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

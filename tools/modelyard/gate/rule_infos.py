"""What is known of every rule that the gate itself can speak by: those of ``rules/``, and its own."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level, RuleInfo

TOOL = "modelyard"


def known_rules() -> Iterator[RuleInfo]:
    """All of our rules, by id. Scanners bring their own with what they say."""
    from modelyard.images.rule_infos import RULES as OF_IMAGES
    from modelyard.rules.ecs._fleet import INFO as SHARED_ROLE
    from modelyard.rules.registry import discover
    from modelyard.rules.text._skips import INLINE_SKIP, SCANNER_CONFIGURATION
    from modelyard.secrets.files import SECRET_IN_FILE

    ours = [
        RuleInfo(rule.id, TOOL, rule.level, rule.summary, rule.why, rule.fix, _url(rule.source))
        for rule in discover().values()
    ]
    ours += [*BUILT_IN, *OF_IMAGES, SHARED_ROLE, INLINE_SKIP, SCANNER_CONFIGURATION, SECRET_IN_FILE]
    yield from sorted(ours, key=lambda rule: rule.id)


def _url(source: str) -> str:
    """The address alone, without what it says of the place on that page."""
    return source.partition(" ")[0] if source.startswith("https://") else ""


def _built_in(name: str, level: Level, summary: str, why: str, fix: str) -> RuleInfo:
    return RuleInfo(name, TOOL, level, summary, why, fix)


_SEEN = "What nobody could look at may hold anything. A gate that passes it guards nothing."
_WAIVER = "A waiver is a promise with an end. One that nobody keeps is a hole that nobody remembers."

CACHE_IN_REPOSITORY = _built_in(
    "cache-in-repository",
    Level.HIGH,
    "what the tools remember is part of the repository",
    "The next run believes what it finds there, and nobody reads it in a review: with it, a file passes "
    "that no gate has looked at.",
    "Remove it from Git (git rm -r --cached .cache), and add .cache/ to .gitignore.",
)
# What no fact shows: that something could not be looked at, does not fit together, or should not be there.
BUILT_IN = (
    CACHE_IN_REPOSITORY,
    _built_in(
        "rendered-file-drift",
        Level.HIGH,
        "a rendered file is not what the manifests say",
        "Rendered files are applied as they are. One that was edited by hand, left behind or forgotten does "
        "what no manifest says, and nobody reviewed it.",
        "Run tools/render, and read what it changes before you commit it.",
    ),
    _built_in(
        "unreadable-file",
        Level.HIGH,
        "a file could not be read",
        _SEEN,
        "Put a regular, readable file there, or remove it.",
    ),
    _built_in(
        "unreadable-document",
        Level.HIGH,
        "a file, or a document in it, could not be understood",
        _SEEN,
        "Mend its syntax, or split it.",
    ),
    _built_in(
        "malformed-document",
        Level.HIGH,
        "a part of a document has another shape than its platform takes",
        "Where a list of containers is no list, no rule sees a container, and the platform may see one.",
        "Give it the shape that the platform's documents ask for.",
    ),
    _built_in(
        "link-out-of-the-tree",
        Level.HIGH,
        "a symbolic link leads out of the repository",
        "What it leads to is not reviewed with the repository, and differs from machine to machine.",
        "Put the file itself there, or remove the link.",
    ),
    _built_in(
        "file-too-large",
        Level.HIGH,
        "a file is too large to look through",
        _SEEN,
        "Keep weights and data in a bucket, with their checksum in the manifest.",
    ),
    _built_in(
        "policy-without-environment",
        Level.HIGH,
        "the policy says nothing of an environment",
        "Nobody decided what has to hold there.",
        "Add it to policy/gate.yaml, with what it demands.",
    ),
    _built_in(
        "policy-unknown-environment",
        Level.HIGH,
        "the policy speaks of an environment that is not there",
        "A name that is spelt wrong leaves the environment that was meant without demands.",
        "Correct its name in policy/gate.yaml, or remove it.",
    ),
    _built_in(
        "policy-excludes-too-much",
        Level.HIGH,
        "the policy excludes what the gate is for",
        "No rule judges what it excludes, and manifests, rendered files and workflows are applied and run.",
        "Remove the exclusion, and waive single detections with tools/waive.",
    ),
    *(
        _built_in(f"scanner-{what}", Level.CRITICAL, f"a scanner {summary}", _SEEN, fix)
        for what, summary, fix in (
            (
                "missing",
                "is not installed",
                "Run the gate from a checkout, which installs it, or put it on PATH.",
            ),
            (
                "version",
                "has a version whose output is not known",
                "Install a version in the range that is named.",
            ),
            ("crashed", "ended with an error or a signal", "Read what it said; run the gate again."),
            ("timeout", "did not end in time", "Scan less at once, or find out which file it hangs on."),
            ("memory", "took more memory than it may", "Scan less at once, or find out which file it is."),
            ("output", "gave a report that cannot be understood", "Read what it said; run the gate again."),
            ("coverage", "did not prove to have read everything", "Mend the file that it could not read."),
        )
    ),
    *(
        _built_in(f"waiver-{what}", Level.HIGH, f"a waiver {summary}", _WAIVER, fix)
        for what, summary, fix in (
            ("expired", "is past its last day", "Mend what it covered, or have it renewed."),
            ("too-long", "lasts longer than the policy allows", "Let it end sooner."),
            ("unused", "covers nothing", "Remove it."),
            ("mismatch", "names another thing than its fingerprint", "Write it with tools/waive."),
            ("duplicate", "covers what another covers", "Keep one of them."),
            ("without-owner", "has an owner that owns nothing", "Name a team of CODEOWNERS."),
            ("of-a-failure", "is for a failure to look", "Mend the failure, and remove the waiver."),
        )
    ),
)

"""Hold the catalogue of base images against the registries, or take over what they say.

`check` asks the registry of each entry of Dockerfiles/base-images.yaml and reports what somebody must act on.
`bump` writes the digest that each tag points to now, renders, and prints what a pull request needs. KEY is
an entry of the catalogue; without one, all of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.cli import common
from modelyard.errors import UsageError

if TYPE_CHECKING:
    from modelyard.bases.bump import Bump
    from modelyard.bases.catalogue import CatalogueFile, Entry
    from modelyard.bases.check import Clock
    from modelyard.bases.proposal import Outcome
    from modelyard.bases.survey import Survey
    from modelyard.findings import Finding

EXAMPLES = """examples:
  tools/bases check                          every entry
  tools/bases check python-3.12-slim         one
  tools/bases check --format github          as annotations of a GitHub workflow run
  tools/bases bump --dry-run                 what would change, without changing it
  tools/bases bump --format json             for a workflow: branch, title, message and body
"""
_FORMATS = {"check": common.FORMATS, "bump": ("text", "json", "markdown")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/bases`."""
    parser.add_argument("action", choices=sorted(_FORMATS), help="what to do")
    parser.add_argument("keys", nargs="*", metavar="KEY", help="entries of the catalogue (default: all)")
    parser.add_argument("--dry-run", action="store_true", help="bump: write nothing; print the patch")
    parser.add_argument(
        "--now", metavar="TIME", help="count ages to this instant, as 2026-11-22T00:00:00Z (default: now)"
    )
    parser.add_argument(
        "--max-skew", default="5m", metavar="TIME", help="how far other clocks may be ahead (default: 5m)"
    )
    parser.add_argument(
        "--timeout", default="1m", metavar="TIME", help="how long to ask for one entry (default: 1m)"
    )
    parser.add_argument(
        "--insecure-registry",
        action="append",
        default=[],
        metavar="HOST",
        help="a host that may be asked without TLS; may be repeated (loopback always may)",
    )
    parser.add_argument(
        "--format", choices=[*common.FORMATS, "markdown"], default="text", help="how it is printed"
    )
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when there is nothing to do or all was done, 1 for what somebody must act on or a failed lookup."""
    from modelyard.bases.catalogue import chosen, load

    _check_options(arguments)
    root = common.find_root(arguments.root)
    clock = _clock(arguments)
    file = load(root)
    if file.tree is None:
        common.print_findings(root, list(file.findings), _finding_format(arguments))
        return 1
    surveys = _survey(arguments, chosen(file.entries, arguments.keys))
    if arguments.action == "check":
        return _check(arguments, root, file, surveys, clock)
    return _bump(arguments, root, file, surveys, clock)


def _check_options(arguments: argparse.Namespace) -> None:
    known = _FORMATS[arguments.action]
    if arguments.format not in known:
        raise UsageError(f"{arguments.action} has no --format {arguments.format}: choose {', '.join(known)}")
    if arguments.dry_run and arguments.action != "bump":
        raise UsageError("--dry-run belongs to bump: check never writes")


def _clock(arguments: argparse.Namespace) -> Clock:
    import datetime

    from modelyard.bases.check import Clock
    from modelyard.bases.dates import instant

    now = datetime.datetime.now(datetime.UTC) if arguments.now is None else instant(arguments.now)
    if now is None:
        raise UsageError(f"--now {arguments.now}: write a time as 2026-11-22T00:00:00Z")
    skew = datetime.timedelta(seconds=_seconds(arguments.max_skew, "--max-skew"))
    if skew > datetime.timedelta(days=1):
        raise UsageError("--max-skew is a day at most: no clock is further off by mistake")
    return Clock(now, skew)


def _seconds(text: str, option: str) -> int:
    from modelyard.values import Duration, MalformedError

    try:
        return Duration.parse(text).seconds
    except MalformedError as error:
        raise UsageError(f"{option}: {error.message}: {error.hint}") from error


def _survey(arguments: argparse.Namespace, entries: tuple[Entry, ...]) -> list[Survey]:
    from modelyard.bases.survey import survey
    from modelyard.oci.client import Registry
    from modelyard.oci.limits import Limits

    seconds = _seconds(arguments.timeout, "--timeout")
    if seconds < 1:
        raise UsageError("--timeout takes a second or more")
    limits = Limits(total_seconds=seconds, request_seconds=min(seconds, Limits.request_seconds))
    return survey(Registry(insecure=arguments.insecure_registry, limits=limits), entries)


def _check(
    arguments: argparse.Namespace, root: Path, file: CatalogueFile, surveys: list[Survey], clock: Clock
) -> int:
    from modelyard.bases.check import check
    from modelyard.bases.report import check_document, table
    from modelyard.findings.report import in_order

    found = [list(check(one, clock)) for one in surveys]
    findings = in_order([*file.findings, *(finding for of_one in found for finding in of_one)])
    if arguments.format == "json":
        _print_json(check_document(surveys, clock, findings))
        return _code(findings)
    if arguments.format == "text":
        counts = [len(of_one) for of_one in found]
        sys.stdout.write(table(surveys, clock, counts) + ("\n" if findings else ""))
    common.print_findings(root, findings, arguments.format)
    return _code(findings)


def _bump(
    arguments: argparse.Namespace, root: Path, file: CatalogueFile, surveys: list[Survey], clock: Clock
) -> int:
    from modelyard.bases import apply
    from modelyard.bases.bump import Bump, decide, rewritten
    from modelyard.bases.proposal import Outcome

    decisions = [decide(one, clock) for one in surveys]
    bumps = [one for one in decisions if isinstance(one, Bump)]
    data, done, awkward = rewritten(file, bumps)
    findings: list[Finding] = [*file.findings, *awkward]
    findings += [one for one in decisions if one is not None and not isinstance(one, Bump)]
    change = apply.catalogue_change(file.data, data)
    builds = apply.dockerfiles(root, done)
    if arguments.dry_run:
        from modelyard.write import unified_diff

        _print_bump(arguments, root, Outcome(tuple(done), builds, {}, tuple(findings)), unified_diff(change))
        return _code(findings)
    rendered: dict[str, int] = {}
    if done:
        apply.write_catalogue(root, change)
        changed, errors = apply.render(root, common.say)
        rendered.update(changed)
        findings += errors
    _print_bump(arguments, root, Outcome(tuple(done), builds, rendered, tuple(findings)), "")
    return _code(findings)


def _code(findings: list[Finding]) -> int:
    from modelyard.findings import Severity

    return 1 if any(finding.severity is Severity.ERROR for finding in findings) else 0


def _print_bump(arguments: argparse.Namespace, root: Path, outcome: Outcome, patch: str) -> None:
    if arguments.format == "json":
        from modelyard.bases.report import bump_document

        _print_json(bump_document(outcome))
        return
    if arguments.format == "markdown":
        from modelyard.bases.proposal import markdown

        sys.stdout.write(markdown(outcome))
        return
    # A patch goes to stdout alone, so that `git apply` can read it from a pipe.
    words = sys.stderr if arguments.dry_run else sys.stdout
    sys.stdout.write(patch)
    if outcome.findings:
        common.print_findings(root, list(outcome.findings), "text", words)
        print(file=words)
    for bump in outcome.bumps:
        print(_line(bump, outcome), file=words)
    if not outcome.bumps:
        print("nothing was renewed" if outcome.findings else "every entry is up to date", file=words)
    elif not arguments.dry_run:
        from modelyard.bases.proposal import branch

        print(f"{sum(outcome.rendered.values())} files rendered anew", file=words)
        print(f"next: commit all of it, for example on the branch {branch(outcome.bumps)}", file=words)


def _line(bump: Bump, outcome: Outcome) -> str:
    from modelyard.bases.check import short

    image, new = bump.entry.image, bump.look
    files = len(outcome.dockerfiles.get(bump.entry.key, ()))
    return (
        f"{bump.entry.key}: {short(image.digest)} -> {short(new.digest)}, "
        f"made {image.created} -> {new.created.date}; {files} {'Dockerfile' if files == 1 else 'Dockerfiles'}"
    )


def _print_json(document: dict[str, object]) -> None:
    import json

    print(json.dumps(document, indent=2))


def _finding_format(arguments: argparse.Namespace) -> str:
    return arguments.format if arguments.format in common.FORMATS else "text"

"""Run the security gate: our own rules, secrets, every scanner, and the waivers.

Without arguments: the whole repository, with every scanner. What a scanner did not read, or could not be
asked, fails the gate like anything it found."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import TYPE_CHECKING

from modelyard.cli import common
from modelyard.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from modelyard.gate.files import Selection
    from modelyard.gate.narrow import Change
    from modelyard.gate.run import Answer, Order

FORMATS = ("text", "json", "sarif", "github", "junit", "markdown")
EXAMPLES = """examples:
  tools/scan                               the whole repository
  tools/scan --quick                       our own rules and secrets, without scanners: for a commit hook
  tools/scan models/fraud-scorer           some files or folders, also of elsewhere
  tools/scan --model fraud-scorer          a model: its files, and all that is rendered of it
  tools/scan --env prod                    the files of one environment
  tools/scan --changed                     what differs from the last commit
  tools/scan --changed origin/main         what a pull request changes, and each of its commits
  tools/scan --image registry/app@sha256:… an image too: its vulnerabilities, and a bill of materials
  tools/scan --format sarif > scan.sarif   for code scanning
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/scan`."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: the repository)")
    parser.add_argument("--model", action="append", metavar="MODEL", help="only this model; may be repeated")
    parser.add_argument(
        "--env", action="append", metavar="ENV", help="only this environment; may be repeated"
    )
    parser.add_argument(
        "--changed",
        nargs="?",
        const="HEAD",
        metavar="REF",
        help="only what commits and edits since REF concern, and every commit since (default: HEAD)",
    )
    parser.add_argument(
        "--image", action="append", metavar="REF", help="an image, by digest, or an archive of one"
    )
    parser.add_argument("--sbom", metavar="DIR", help="where an image's CycloneDX document is written")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--quick", action="store_true", help="our own rules and secrets only: fast, and not the whole gate"
    )
    which.add_argument(
        "--scanner", action="append", metavar="NAME", help="only this scanner; may be repeated"
    )
    parser.add_argument(
        "--pod-security",
        choices=("baseline", "restricted"),
        help="the standard for PATHs that are in no environment (default: restricted)",
    )
    parser.add_argument(
        "--now", metavar="TIME", help="judge as if it were then: 2026-11-22 or 2026-11-22T10:00:00Z"
    )
    parser.add_argument("--no-cache", action="store_true", help="look at everything anew")
    parser.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one for each core)")
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how detections are printed (default: text)"
    )
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing blocks, 1 when something does."""
    from modelyard.gate.run import run as run_gate

    order = order_of(arguments)
    progress = common.ProgressLine("scanning")
    try:
        answer = run_gate(order, progress, common.say)
    finally:
        progress.clear()
    _print(order, answer, arguments.format)
    return 0 if answer.passed else 1


def order_of(arguments: argparse.Namespace) -> Order:
    """What the arguments ask of the gate. Raises UsageError."""
    from pathlib import Path

    from modelyard.gate.files import repository_files
    from modelyard.gate.narrow import Change
    from modelyard.gate.run import Order
    from modelyard.pipeline.workers import available_cores

    root = _root(arguments)
    if arguments.jobs is not None and arguments.jobs < 1:
        raise UsageError("--jobs takes a number from 1")
    if arguments.sbom is not None and not arguments.image:
        raise UsageError("--sbom says where the document of an --image goes, and there is none")
    if arguments.pod_security is not None and not arguments.paths:
        raise UsageError("--pod-security is for PATHs: policy/gate.yaml says it of each environment")
    everything = repository_files(root)
    models = frozenset(common.known_models(root, arguments.model)) if arguments.model else None
    environments = common.known_environments(root, arguments.env)
    change = Change.since(root, arguments.changed) if arguments.changed is not None else None
    selections = _selections(arguments, root, everything, models, environments, change)
    narrowed = arguments.paths or models is not None or environments is not None or change is not None
    return Order(
        root=root,
        selections=selections,
        models=frozenset() if arguments.paths else _compared(root, models, change),
        environments=environments,
        now=instant(arguments.now),
        whole=not narrowed and not arguments.image,
        scanners=_scanners(arguments),
        history=arguments.changed if arguments.changed != "HEAD" else None,
        images=tuple(arguments.image or ()),
        sbom=Path(arguments.sbom) if arguments.sbom is not None else None,
        workers=arguments.jobs or available_cores(),
        cached=not arguments.no_cache,
        all_files=everything.files,
        pod_security=arguments.pod_security or "restricted",
    )


def _root(arguments: argparse.Namespace) -> Path:
    """The repository; where files were named and there is none around, the working folder."""
    from pathlib import Path

    try:
        return common.find_root(arguments.root)
    except UsageError:
        if not arguments.paths or arguments.root is not None:
            raise
        return Path.cwd()


def _selections(
    arguments: argparse.Namespace,
    root: Path,
    everything: Selection,
    models: frozenset[str] | None,
    environments: frozenset[str] | None,
    change: Change | None,
) -> tuple[Selection, ...]:
    from modelyard.gate.files import files_of_paths
    from modelyard.gate.narrow import of_environments, of_models

    if arguments.paths:
        chosen = files_of_paths(root, arguments.paths)
    elif arguments.image and models is None and environments is None and change is None:
        return ()  # the image alone was asked for
    else:
        chosen = [everything]
    if models is not None:
        chosen = [of_models(one, models) for one in chosen]
    if environments is not None:
        chosen = [of_environments(one, environments) for one in chosen]
    if change is not None:
        chosen = [change.files(one) for one in chosen]
    elif not any(one.files for one in chosen):
        raise UsageError("there is nothing to scan: no file is all of what was asked for")
    return tuple(chosen)


def _compared(root: Path, models: frozenset[str] | None, change: Change | None) -> frozenset[str]:
    """The models whose rendered files are held against their manifests; one that is gone leaves none."""
    from modelyard.pipeline.owned import environment_names, model_names, rendered_names

    if models is None:
        models = frozenset(model_names(root)) | rendered_names(root, environment_names(root))
    if change is None or change.models is None:
        return models
    return models & change.models


def _scanners(arguments: argparse.Namespace) -> tuple[str, ...] | None:
    if arguments.quick:
        return ()
    if not arguments.scanner:
        return None
    from modelyard.scanners.registry import scanners

    known = scanners()
    for name in arguments.scanner:
        if name not in known:
            raise UsageError(f'there is no scanner "{name}": {common.suggestion(name, known)}')
    return tuple(dict.fromkeys(arguments.scanner))


def instant(text: str | None) -> datetime.datetime:
    """The moment that was given, or now, in UTC. Raises UsageError."""
    if text is None:
        return datetime.datetime.now(datetime.UTC)
    try:
        given = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--now {text}: write 2026-11-22 or 2026-11-22T10:00:00Z") from None
    return given.replace(tzinfo=datetime.UTC) if given.tzinfo is None else given.astimezone(datetime.UTC)


def _print(order: Order, answer: Answer, fmt: str) -> None:
    from modelyard.gate.report import report

    command = common.command(order.root, "scan").removesuffix("scan")
    text = report(answer, fmt, command=command, colour=common.use_colour(sys.stdout), width=common.width())
    sys.stdout.write(text)

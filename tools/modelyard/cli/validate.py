"""Check manifests, environments, the catalogue and releases, and write nothing.

Every problem of every file is reported in one run, with its place and what mends it."""

from __future__ import annotations

import argparse

from modelyard.cli import common

EXAMPLES = """examples:
  tools/validate                     everything
  tools/validate fraud-scorer iris   two models
  tools/validate --env prod          as the models will be in prod
  tools/validate --format github     as annotations of a GitHub workflow run
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/validate`."""
    parser.add_argument("models", nargs="*", metavar="MODEL", help="models by name or folder (default: all)")
    parser.add_argument(
        "--env", action="append", metavar="ENV", help="only this environment; may be repeated"
    )
    common.add_format(parser)
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing is wrong, 1 when something is."""
    from modelyard.findings import Severity
    from modelyard.pipeline.owned import model_names
    from modelyard.pipeline.validate import validate

    root = common.find_root(arguments.root)
    names = common.known_models(root, arguments.models) if arguments.models else tuple(model_names(root))
    progress = common.ProgressLine("validating")
    try:
        findings = validate(root, names, common.known_environments(root, arguments.env), progress)
    finally:
        progress.clear()
    common.print_findings(root, findings, arguments.format)
    if arguments.format == "text" and not findings:
        print(f"{len(names)} {'model' if len(names) == 1 else 'models'}: no findings")
    return 1 if any(finding.severity is Severity.ERROR for finding in findings) else 0

"""Show every effective value of a model in an environment, where it comes from, and what targets derive.

A value comes from the manifest, from an override, from the environment's defaults, or is built in."""

from __future__ import annotations

import argparse

from modelyard.cli import common
from modelyard.errors import UsageError

EXAMPLES = """examples:
  tools/explain fraud-scorer --env prod                      everything
  tools/explain fraud-scorer --env prod resources.memory     one field
  tools/explain fraud-scorer --env prod targets.ecs          the settings of a target, and what it derives
  tools/explain fraud-scorer --env prod --region us-east-1   in one of several regions
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/explain`."""
    parser.add_argument("model", metavar="MODEL", help="a model by name or folder")
    parser.add_argument(
        "field", nargs="?", metavar="FIELD", help="a field, as in resources.memory (default: all)"
    )
    parser.add_argument("--env", required=True, metavar="ENV", help="the environment")
    parser.add_argument("--region", metavar="REGION", help="the region (default: the environment's first)")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how it is printed (default: text)"
    )
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0, or 1 where the model has errors that leave nothing to explain."""
    from modelyard.pipeline.explain import explain

    root = common.find_root(arguments.root)
    (model,) = common.known_models(root, [arguments.model])
    environments = common.known_environments(root, [arguments.env])
    assert environments is not None
    explained, findings = explain(root, model, arguments.env, arguments.region)
    if findings:
        common.print_findings(root, findings, "text")
        return 1
    if explained is None:
        raise UsageError(
            f"{model} is not in {arguments.env}" + (f" {arguments.region}" if arguments.region else "")
        )
    rows = [row for row in explained if arguments.field is None or _below(row.field, arguments.field)]
    if not rows:
        fields = [row.field for row in explained]
        raise UsageError(
            f'there is no field "{arguments.field}": {common.suggestion(arguments.field, fields)}'
        )
    if arguments.format == "json":
        import json

        print(json.dumps([row._asdict() for row in rows], indent=2, ensure_ascii=False))
        return 0
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for row in rows:
        print(f"{row.field:<{min(widths[0], 44)}}  {row.value:<{min(widths[1], 50)}}  {row.origin}".rstrip())
    return 0


def _below(field: str, wanted: str) -> bool:
    return field == wanted or field.startswith((wanted + ".", wanted + "[", wanted + " ("))

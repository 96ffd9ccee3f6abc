"""Write the JSON Schemas that editors use, and the reference pages, from the types and the gate's rules.

The pages are written where there is a docs/reference folder. Only files that differ are touched."""

from __future__ import annotations

import argparse

from modelyard.cli import common

_RULES = "docs/rules.md"
EXAMPLES = """examples:
  tools/schema            write schemas/*.schema.json, docs/reference/*.md and docs/rules.md
  tools/schema --check    in CI: exit 1 if a committed file is not what it should be
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/schema`."""
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all is as it should be, 1 with --check where a file is stale."""
    from modelyard.gate.rule_infos import known_rules
    from modelyard.gate.rules_page import page
    from modelyard.schema import stale, write
    from modelyard.targets.registry import discover

    root = common.find_root(arguments.root)
    plugins, more = discover().plugins, {_RULES: page(known_rules())}
    if arguments.check:
        paths = stale(root, plugins, more)
        for path in paths:
            print(f"stale    {path}")
        if paths:
            print(f"to mend it, run: {common.command(root, 'schema')}")
    else:
        paths = write(root, plugins, more)
        for path in paths:
            print(f"wrote    {path}")
    if not paths:
        print("the schemas and pages are up to date")
    return 1 if paths and arguments.check else 0

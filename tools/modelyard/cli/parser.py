"""The command line: one parser, into which only the verb that is used puts its arguments."""

from __future__ import annotations

import argparse
from importlib import import_module

from modelyard import __version__
from modelyard.cli import VERBS


def parse(arguments: list[str]) -> tuple[argparse.Namespace, str | None]:
    """The parsed arguments and the verb; exits as argparse does for --help and for mistakes."""
    verb = arguments[0] if arguments else None
    if verb in VERBS:
        return verb_parser(verb).parse_intermixed_args(arguments[1:]), verb
    top = argparse.ArgumentParser(
        prog="modelyard",
        description="One manifest per machine-learning model, rendered for every environment it runs in.",
        epilog="commands:\n"
        + "".join(f"  {name:<11} {what}\n" for name, what in VERBS.items())
        + "\n`modelyard COMMAND --help` shows examples. In a checkout, tools/COMMAND is the same.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="modelyard COMMAND [ARGUMENT ...]",
    )
    top.add_argument("--version", action="version", version=f"modelyard {__version__}")
    if verb is not None and not verb.startswith("-"):
        from modelyard.findings.nearest import did_you_mean

        top.error(f'there is no command "{verb}": {did_you_mean(verb, VERBS)}')
    top.parse_args(arguments)
    top.print_help()
    return argparse.Namespace(), None


def verb_parser(verb: str) -> argparse.ArgumentParser:
    """The parser of one verb, with its examples."""
    module = import_module(f"modelyard.cli.{verb}")
    parser = argparse.ArgumentParser(
        prog=f"tools/{verb}",
        description=module.__doc__,
        epilog=module.EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    return parser

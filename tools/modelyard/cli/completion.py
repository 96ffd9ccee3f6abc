"""Print a completion script for bash, zsh or fish."""

from __future__ import annotations

import argparse

EXAMPLES = """examples:
  source <(tools/completion bash)                       bash, for this shell
  source <(tools/completion zsh)                        zsh, for this shell
  tools/completion fish > ~/.config/fish/completions/modelyard.fish
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/completion`."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell that will read it")


def run(arguments: argparse.Namespace) -> int:
    """Prints the script; always 0."""
    from modelyard.cli.completion_scripts import script

    print(script(arguments.shell), end="")
    return 0

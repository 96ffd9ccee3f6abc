"""`modelyard-server [serve] [--check] [--version]`."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence

from modelyard_server.errors import EXIT_CONFIG, EXIT_OK, EXIT_USAGE, ConfigError

_USAGE = """\
usage: modelyard-server [serve] [--check] [--version]

Serves the model of $SM_MODEL_DIR with the handler module $MODELYARD_HANDLER.
  serve      what SageMaker says to a container; the same as nothing
  --check    print the effective settings as JSON and end
  --version  print the version and end
Settings are environment variables; the README lists them.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns its exit code: 64 for a wrong call, 78 for wrong settings."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--help" in given or "-h" in given:
        sys.stdout.write(_USAGE)
        return EXIT_OK
    if "--version" in given:
        from modelyard_server import __version__

        sys.stdout.write(f"modelyard-server {__version__}\n")
        return EXIT_OK
    wrong = [argument for argument in given if argument not in {"serve", "--check"}]
    if wrong:
        why = (
            "this image serves; it does not train"
            if wrong == ["train"]
            else f"unknown: {' '.join(wrong)[:200]}"
        )
        sys.stderr.write(f"modelyard-server: {why}\n{_USAGE}")
        return EXIT_USAGE
    return _serve(check="--check" in given)


def _serve(*, check: bool) -> int:
    from modelyard_server.settings import Settings

    try:
        settings = Settings.from_env(os.environ)
    except ConfigError as error:
        for problem in error.problems:
            sys.stderr.write(f"modelyard-server: {problem}\n")
        return EXIT_CONFIG
    if check:
        sys.stdout.write(json.dumps(settings.as_dict(), indent=2) + "\n")
        return EXIT_OK
    # The first process of a container ignores signals it has no handler for, and importing takes a moment.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(EXIT_OK))
    from modelyard_server.serve import run

    return run(settings)

"""The commands. ``main`` is the one place where exceptions become messages and exit codes.

Exit codes: 0 nothing is wrong; 1 findings, or files that are not what they should be; 2 the command
was used wrongly, or its input or the disk could not be read or written; 3 a bug in Modelyard; 130
interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

USAGE = 2
BUG = 3
INTERRUPTED = 130

# Verb: what it does. The module modelyard.cli.<verb> has add_arguments(parser) and run(arguments).
VERBS = {
    "render": "render models into Dockerfiles, ECS, Kubernetes and compose files",
    "validate": "check manifests, environments and catalogue, and write nothing",
    "explain": "show every effective value of a model, and where it comes from",
    "new": "write the manifest of a new model",
    "release": "record what an environment runs of a model",
    "schema": "write the JSON Schemas and the reference pages",
    "init": "make a new Modelyard repository",
    "completion": "print a completion script for a shell",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``modelyard VERB ...`` and gives its exit code; raises nothing."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("modelyard: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output went away, as `head` does; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else USAGE
    except Exception as error:  # noqa: BLE001 - the error boundary
        return _failed(error, arguments)


def run() -> NoReturn:
    """The entry point of the installed command."""
    sys.exit(main())


def _dispatch(arguments: list[str]) -> int:
    from modelyard.cli.parser import parse

    parsed, verb = parse(arguments)
    if verb is None:
        return 0
    from importlib import import_module

    code = import_module(f"modelyard.cli.{verb}").run(parsed)
    assert isinstance(code, int)
    return code


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _failed(error: Exception, arguments: list[str]) -> int:
    from modelyard.errors import UsageError
    from modelyard.write.errors import Obstacle, WriteError

    if isinstance(error, UsageError):
        print(f"modelyard: {error}", file=sys.stderr)
        return USAGE
    if isinstance(error, WriteError):
        print(f"modelyard: {error.path}: {error.reason}\n  {error.hint}", file=sys.stderr)
        return USAGE
    if isinstance(error, Obstacle | OSError):
        print(f"modelyard: cannot read or write: {error}", file=sys.stderr)
        return USAGE
    import platform
    import traceback

    from modelyard import __version__

    traceback.print_exception(error, file=sys.stderr)
    print(
        f"\nmodelyard: this is a bug in Modelyard {__version__}. Please report it with the lines above,\n"
        f"  the command (modelyard {' '.join(arguments)}) and Python {platform.python_version()}.",
        file=sys.stderr,
    )
    return BUG

"""The commands. ``main`` is the one place where exceptions become messages and exit codes.

Exit codes: 0 nothing is wrong; 1 findings, or files that are not what they should be; 2 the command
was used wrongly, or its input or the disk could not be read or written; 3 a bug in Modelyard; 130
interrupted; 141 whoever read the output went away, so that nobody can know the rest.
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
READER_GONE = 141

# Verb: what it does. The module modelyard.cli.<verb> has add_arguments(parser) and run(arguments).
VERBS = {
    "render": "render models into Dockerfiles, ECS, Kubernetes and compose files",
    "validate": "check manifests, environments and catalogue, and write nothing",
    "explain": "show every effective value of a model, and where it comes from",
    "new": "write the manifest of a new model",
    "run": "build a model's image, run it hardened, and try it",
    "build": "build the images of models, the same bytes every time",
    "scan": "run the security gate: rules, secrets, scanners, waivers",
    "waive": "write a waiver for one detection, with what binds it",
    "rules": "list the rules of the gate, or explain one",
    "bases": "ask registries about the base images, and renew them",
    "release": "record what an environment runs of a model",
    "schema": "write the JSON Schemas and the reference pages",
    "init": "make a new Modelyard repository",
    "completion": "print a completion script for a shell",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``modelyard VERB ...`` and gives its exit code; raises nothing."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    unraisable = sys.unraisablehook
    try:
        sys.unraisablehook = _raise_again
        signal.signal(signal.SIGTERM, _terminate)
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # as __main__ leaves it
            signal.signal(signal.SIGINT, signal.default_int_handler)
        _complete_streams()
        return _guarded(arguments)
    except KeyboardInterrupt:
        # Pressing it again must not turn the good-bye into a traceback.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("modelyard: interrupted", file=sys.stderr)
        return INTERRUPTED
    except SystemExit as leaving:
        return _code(leaving)
    finally:
        sys.unraisablehook = unraisable


def run() -> NoReturn:
    """The entry point of the installed command."""
    sys.exit(main())


def _guarded(arguments: list[str]) -> int:
    """The error boundary: whatever is raised becomes a message and an exit code."""
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _drop_output()
        return READER_GONE
    except Exception as error:
        stopped = _stopped_by(error)
        if stopped is not None:
            raise stopped from error
        code = _failed(error, arguments)
        try:
            sys.stdout.flush()
        except OSError:
            _drop_output()
        return code


def _stopped_by(error: BaseException) -> BaseException | None:
    """Ctrl-C or SIGTERM, where something turned it into an error: Python 3.11 does while a class is made."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, KeyboardInterrupt | SystemExit):
        cause = cause.__cause__ or cause.__context__
    return cause


def _raise_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Ctrl-C or SIGTERM that came while Python ran a callback which cannot raise: raised a moment later.

    Python would print it and go on, as if nobody had asked for the end. Workers inherit this.
    """
    stopped = unraisable.exc_value
    if not isinstance(stopped, KeyboardInterrupt | SystemExit):
        sys.__unraisablehook__(unraisable)
        return
    code = stopped.code if isinstance(stopped, SystemExit) else None
    signal.signal(signal.SIGALRM, lambda number, frame: _stop(code))
    signal.setitimer(signal.ITIMER_REAL, 0.001)


def _stop(code: object) -> NoReturn:
    if isinstance(code, int):
        raise SystemExit(code)
    raise KeyboardInterrupt


def _complete_streams() -> None:
    """A stream that was closed for us (`>&-`) reads and writes nothing; no character is beyond one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - as long as the process lives
        elif mode == "w" and hasattr(stream, "reconfigure") and stream.errors != "backslashreplace":
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Nobody takes our output: without this, the interpreter tries once more as it ends, and complains."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(arguments: list[str]) -> int:
    from modelyard.cli.parser import parse

    try:
        parsed, verb = parse(arguments)
    except SystemExit as leaving:  # argparse, after --help or a mistake
        return _code(leaving)
    if verb is None:
        return 0
    from importlib import import_module

    code = import_module(f"modelyard.cli.{verb}").run(parsed)
    assert isinstance(code, int)
    return code


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _code(leaving: SystemExit) -> int:
    return leaving.code if isinstance(leaving.code, int) else USAGE


def _failed(error: Exception, arguments: list[str]) -> int:
    from modelyard.errors import UsageError
    from modelyard.write.errors import Obstacle, WriteError

    if isinstance(error, UsageError):
        from modelyard.findings.visible import visible

        # It may name a file, as pre-commit hands them over, or quote what was typed.
        print("\n".join(visible(line) for line in f"modelyard: {error}".split("\n")), file=sys.stderr)
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

"""Build a model's image, start it hardened as in production, and try it: its health, its sample, its speed.

Everything that was started is taken away at the end, whatever happened; --keep leaves it running."""

from __future__ import annotations

import argparse
import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.cli import common
from modelyard.cli.run_print import (
    DEFAULT_REPORT,
    as_json,
    plain_row,
    print_failure,
    print_outcome,
    print_row,
    write_report,
)
from modelyard.errors import UsageError

if TYPE_CHECKING:
    from modelyard.running.fleet import Row
    from modelyard.running.outcome import Outcome
    from modelyard.running.session import Request

EXAMPLES = """examples:
  tools/run iris-classifier                        build, start, ask, measure, stop
  tools/run iris-classifier --keep                 leave it on port 8080; --stop ends it
  tools/run iris-classifier --process              without a container engine
  tools/run fraud-scorer --secret DB_PASSWORD=password.txt --secret API_TOKEN=token.txt
  tools/run shelf-vision --container stats         ask another of its containers
  tools/run feature-builder --args '--input /sample/orders.csv --output /tmp/output --day 2026-09-30'
  tools/run --all --report                         every model, in one table: docs/run-report.md

exit codes: 0 all is well; 1 the model is not what its manifest says; 2 something is missing here
"""
_KEPT_PORT = 8080


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/run`."""
    parser.add_argument("models", nargs="*", metavar="MODEL", help="models by name or folder")
    parser.add_argument("--all", action="store_true", help="every model, one after the other")
    parser.add_argument(
        "--env", metavar="ENV", help="as it is there (default: local, or the first that has it)"
    )
    parser.add_argument(
        "--container", metavar="NAME", help="the container that is asked (default: the first)"
    )
    parser.add_argument(
        "--port", type=int, metavar="PORT", help="of this machine (default: any free one; 8080 with --keep)"
    )
    parser.add_argument(
        "--requests", type=int, default=200, metavar="N", help="how many are timed (default: 200)"
    )
    parser.add_argument(
        "--load",
        type=float,
        default=3.0,
        metavar="SECONDS",
        help="how long 8 connections ask (default: 3; 0: not)",
    )
    parser.add_argument("--weights", metavar="DIR", help="where they are (default: models/MODEL/.weights)")
    parser.add_argument(
        "--secret", action="append", default=[], metavar="NAME=FILE", help="a secret's value; may be repeated"
    )
    parser.add_argument("--env-file", metavar="FILE", help="lines NAME=VALUE: secrets and other variables")
    parser.add_argument(
        "--args", metavar="WORDS", help="instead of the manifest's, as a shell would split them"
    )
    parser.add_argument(
        "--image", action="append", default=[], metavar="[NAME=]REF", help="take this image and build none"
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--keep", action="store_true", help="leave it running")
    mode.add_argument(
        "--stop", action="store_true", help="end what --keep, or a killed run, left of the model"
    )
    mode.add_argument(
        "--report",
        nargs="?",
        const=DEFAULT_REPORT,
        metavar="FILE",
        help=f"with --all: write a table (default: {DEFAULT_REPORT})",
    )
    parser.add_argument(
        "--native", action="store_true", help="built for this machine's processor, whatever the manifest says"
    )
    parser.add_argument("--process", action="store_true", help="no container: the same server as a process")
    parser.add_argument("--engine", metavar="NAME", help="docker or podman (default: the first that answers)")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how it is printed (default: text)"
    )
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every model did what its manifest says, else the largest of their exit codes."""
    root = common.find_root(arguments.root)
    models = _models(root, arguments)
    if arguments.stop:
        return _stop(models, arguments.engine)
    requests = [_request(root, model, arguments) for model in models]
    if len(requests) == 1 and not arguments.all:
        return _one(requests[0], arguments.format)
    return _many(root, requests, arguments)


def _models(root: Path, arguments: argparse.Namespace) -> tuple[str, ...]:
    if arguments.all and arguments.models:
        raise UsageError("--all runs every model: name none")
    if arguments.report is not None and not arguments.all:
        raise UsageError("--report writes the table of all models: add --all")
    if arguments.all:
        from modelyard.pipeline.owned import model_names

        if arguments.keep or arguments.container or arguments.image or arguments.args or arguments.weights:
            raise UsageError(
                "--keep, --container, --image, --args and --weights are for one model, not for --all"
            )
        return tuple(model_names(root))
    if not arguments.models:
        raise UsageError("name a model, or --all of them")
    models = common.known_models(root, arguments.models)
    if arguments.keep and len(models) > 1:
        raise UsageError("--keep leaves one model running: name one")
    return models


def _request(root: Path, model: str, arguments: argparse.Namespace) -> Request:
    from modelyard.running.secrets import Given
    from modelyard.running.session import Request

    common.known_environments(root, [arguments.env] if arguments.env else None)
    port = (_KEPT_PORT if arguments.keep else 0) if arguments.port is None else arguments.port
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: a port is a number up to 65535, and 0 picks a free one")
    if not 1 <= arguments.requests <= 1_000_000:
        raise UsageError("--requests takes a number from 1 to 1000000")
    if not 0 <= arguments.load <= 3600:
        raise UsageError("--load takes seconds from 0 to 3600")
    return Request(
        root=root,
        model=model,
        given=Given(arguments.secret, arguments.env_file, os.environ),
        environment=arguments.env,
        container=arguments.container,
        port=port,
        requests=arguments.requests,
        load_seconds=arguments.load,
        keep=arguments.keep,
        native=arguments.native,
        process=arguments.process,
        engine=arguments.engine,
        weights=Path(arguments.weights).resolve() if arguments.weights else None,
        args=tuple(_words(arguments.args)) if arguments.args is not None else None,
        images=dict(_image(text) for text in arguments.image),
        shell=os.environ,
    )


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"--args: {error}") from error


def _image(text: str) -> tuple[str, str]:
    """The container, "" for the one that is asked, and the reference: no reference has an equals sign."""
    name, equals, reference = text.rpartition("=")
    if not reference or (equals and not name):
        raise UsageError(f"--image {text}: write a reference, or NAME=REFERENCE")
    return name, reference


def _one(request: Request, form: str) -> int:
    from modelyard.engines.api import EngineError
    from modelyard.running.errors import RunError
    from modelyard.running.session import run as run_model

    shown: list[Outcome] = []

    def kept(outcome: Outcome, stays: bool) -> None:
        shown.append(outcome)
        print_outcome(outcome, form)
        _say_kept(outcome, stays)

    try:
        outcome = run_model(request, common.say, kept)
    except (RunError, EngineError, UsageError) as error:
        return print_failure(request, error, form)
    if not shown:
        print_outcome(outcome, form)
    return 0


def _say_kept(outcome: Outcome, stays: bool) -> None:
    """Says how to end it; what cannot stay by itself is held until Ctrl-C, which is its proper end."""
    common.say(f"{outcome.model} answers on {outcome.address}")
    if stays:
        common.say(f"to end it, run: tools/run {outcome.model} --stop")
        return
    try:
        common.say("Ctrl-C ends it")
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return


def _many(root: Path, requests: list[Request], arguments: argparse.Namespace) -> int:
    from modelyard.running.fleet import run_all
    from modelyard.running.session import run as run_model
    from modelyard.running.show import exit_code

    by_model = {request.model: request for request in requests}
    say = common.say

    def one(model: str) -> Outcome:
        return run_model(by_model[model], lambda text: say(f"{model}: {text}"), lambda outcome, stays: None)

    def done(row: Row) -> None:
        if arguments.format == "text":
            print_row(by_model[row.model], row)

    rows = run_all(by_model, one, done)
    if arguments.format == "json":
        print(as_json([plain_row(row) for row in rows]))
    if arguments.report is not None:
        write_report(root, rows, arguments.report)
    return max((exit_code(row.error) for row in rows if row.error is not None and row.failed), default=0)


def _stop(models: tuple[str, ...], engine: str | None) -> int:
    from modelyard.engines.api import EngineError
    from modelyard.engines.find import find_engine
    from modelyard.running.containers import stop_all

    runner = find_engine(engine, to_run=True).runner
    assert runner is not None
    for model in models:
        try:
            count = stop_all(runner, model)
        except EngineError as error:
            raise UsageError(f"{model}: {error}") from error
        print(f"{model}: {count} {'container' if count == 1 else 'containers'} removed")
    return 0

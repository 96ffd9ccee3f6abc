"""Render models into Dockerfiles, ECS task definitions and stacks, Kubernetes manifests and compose files.

Without arguments: every model, for every environment. Only files that differ are written; files that
were edited by hand are never overwritten."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from typing import TYPE_CHECKING

from modelyard.cli import common
from modelyard.cli.render_drift import drift
from modelyard.errors import UsageError

if TYPE_CHECKING:
    from modelyard.pipeline.render import Request
    from modelyard.pipeline.result import RunResult

EXAMPLES = """examples:
  tools/render                              everything
  tools/render fraud-scorer                 one model
  tools/render --env prod --target ecs      the ECS files of every model in prod
  tools/render --check                      in CI: exit 1 if a committed file is not what it should be
  tools/render --diff fraud-scorer          what would change, without changing it
  tools/render --changed-since origin/main  only what the commits since then can have changed
  tools/render --check --shard 2/4          the second quarter of the models, for a CI matrix
"""
_SHARD = re.compile(r"[0-9]{1,6}/[0-9]{1,6}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/render`."""
    parser.add_argument("models", nargs="*", metavar="MODEL", help="models by name or folder (default: all)")
    parser.add_argument(
        "--env", action="append", metavar="ENV", help="only this environment; may be repeated"
    )
    parser.add_argument(
        "--target", action="append", metavar="TARGET", help="only this target; may be repeated"
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    mode.add_argument(
        "--diff", action="store_true", help="write nothing; print what would change, exit 1 if anything"
    )
    parser.add_argument(
        "--changed-since", metavar="REF", help="only models that commits and edits since REF concern"
    )
    parser.add_argument("--shard", metavar="I/N", help="only the I-th of N parts of the models")
    parser.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one for each core)")
    common.add_format(parser)
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all is as it should be, 1 for findings or, with --check and --diff, for drift."""
    from modelyard.pipeline.render import run as run_pipeline

    request = _request(arguments)
    progress = common.ProgressLine("rendering")
    try:
        result = run_pipeline(request, progress, common.say)
    finally:
        progress.clear()
    _report(arguments, request, result)
    return 1 if result.errors or (result.drift and not request.write) else 0


def _request(arguments: argparse.Namespace) -> Request:
    from modelyard.pipeline.render import Request
    from modelyard.pipeline.workers import available_cores

    if arguments.diff and arguments.format not in ("text", "json"):
        raise UsageError(f"--diff prints a patch: --format {arguments.format} has no place for it")
    root = common.find_root(arguments.root)
    models: tuple[str, ...] | None = common.known_models(root, arguments.models) if arguments.models else None
    if arguments.changed_since is not None:
        from modelyard.pipeline.changed import changed_models

        changed = changed_models(root, arguments.changed_since)
        if changed is not None:
            models = changed if models is None else tuple(name for name in models if name in changed)
    if arguments.shard is not None:
        models = _shard(arguments.shard, root, models)
    if arguments.jobs is not None and arguments.jobs < 1:
        raise UsageError("--jobs takes a number from 1")
    return Request(
        root=root,
        models=models,
        environments=common.known_environments(root, arguments.env),
        targets=_targets(arguments.target),
        write=not (arguments.check or arguments.diff),
        diff=arguments.diff,
        workers=arguments.jobs or available_cores(),
    )


def _targets(names: list[str] | None) -> frozenset[str] | None:
    if not names:
        return None
    from modelyard.targets.registry import target_names

    known = target_names()
    for name in names:
        if name not in known:
            raise UsageError(f'there is no target "{name}": {common.suggestion(name, known)}')
    return frozenset(names)


def _shard(text: str, root: object, models: tuple[str, ...] | None) -> tuple[str, ...]:
    from pathlib import Path

    from modelyard.pipeline.owned import environment_names, model_names, rendered_names

    part, _, parts = text.partition("/")
    if not (_SHARD.fullmatch(text) and 1 <= int(part) <= int(parts)):
        raise UsageError(f'--shard {text}: write I/N with I from 1 to N, as in "2/4"')
    assert isinstance(root, Path)
    if models is None:
        models = tuple(sorted({*model_names(root), *rendered_names(root, environment_names(root))}))
    return models[int(part) - 1 :: int(parts)]


def _report(arguments: argparse.Namespace, request: Request, result: RunResult) -> None:
    mending = _mending(arguments, request) if result.drift and not request.write else ""
    if arguments.format == "json":
        from modelyard.cli.render_json import as_json

        print(as_json(result, mending, request.write and not result.blocked))
        return
    if arguments.format != "text":
        common.print_findings(request.root, [*result.all_findings, *drift(result, mending)], arguments.format)
        return
    from modelyard.cli.render_text import summary_lines

    # A patch goes to stdout alone, so that `git apply` can read it from a pipe.
    words = sys.stderr if request.diff else sys.stdout
    sys.stdout.write("".join(model.diff for model in result.models))
    common.print_findings(request.root, result.all_findings, "text", words)
    for line in summary_lines(result, request.write and not result.blocked):
        print(line, file=words)
    if mending:
        print(f"to mend it, run: {mending}", file=words)
    if request.write and result.blocked:
        print("nothing was written: the errors above concern every model", file=words)


def _mending(arguments: argparse.Namespace, request: Request) -> str:
    words = [common.command(request.root, "render"), *arguments.models]
    for option, names in (("--env", arguments.env), ("--target", arguments.target)):
        for name in names or ():
            words += [option, name]
    if arguments.root is not None:
        words += ["--root", arguments.root]
    return " ".join([words[0], *map(shlex.quote, words[1:])])

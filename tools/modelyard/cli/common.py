"""What several commands share: the repository, names that were typed, and how findings are printed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from modelyard.errors import UsageError

if TYPE_CHECKING:
    from modelyard.findings import Finding

FORMATS = ("text", "json", "github", "sarif")


def add_root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root",
        metavar="DIR",
        help="the repository (default: that of tools/, or the one around this folder)",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how findings are printed (default: text)"
    )


def find_root(given: str | None) -> Path:
    """The repository: ``given``, or the checkout whose tools/<verb> was called, or the one around the working
    folder. Raises UsageError."""
    if given is not None:
        root = Path(given).resolve()
        if not root.is_dir():
            raise UsageError(f"--root {given}: there is no such folder")
        if not _is_repository(root) and not (root / "models").is_dir():
            raise UsageError(f"--root {given}: no Modelyard repository; `modelyard init {given}` makes one")
        return root
    checkout = os.environ.get("MODELYARD_CHECKOUT")
    if checkout is not None and _is_repository(Path(checkout)):
        return Path(checkout)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_repository(folder):
            return folder
    raise UsageError("no Modelyard repository here: `modelyard init` makes one, --root names one elsewhere")


def _is_repository(folder: Path) -> bool:
    return (folder / "environments").is_dir() or (folder / "Dockerfiles" / "base-images.yaml").exists()


def known_models(root: Path, names: Iterable[str]) -> tuple[str, ...]:
    """The models of these names or paths, sorted; raises UsageError for one that is not there.

    A path is a model's folder or anything in it, from the working folder or from the root, so that a
    shell's completion and pre-commit's list of files can be given as they are.
    """
    from modelyard.pipeline.owned import model_names

    known = model_names(root)
    found = set()
    for name in names:
        model = name if name in known else _model_of_path(root, name)
        if model not in known:
            bare = name.rstrip("/").rsplit("/", 1)[-1]
            raise UsageError(f'there is no model "{name}": {suggestion(bare, known)}')
        found.add(model)
    return tuple(sorted(found))


def _model_of_path(root: Path, name: str) -> str | None:
    """The model that the path is in; None where it is in none. Links are not followed: models have none."""
    for start in (os.getcwd(), root):
        below = os.path.relpath(os.path.normpath(os.path.join(start, name)), root / "models").split(os.sep)
        if below[0] not in (os.curdir, os.pardir):
            return below[0]
    return None


def known_environments(root: Path, names: Iterable[str] | None) -> frozenset[str] | None:
    """The environments asked for, None where none was named; raises UsageError for an unknown one."""
    if not names:
        return None
    from modelyard.pipeline.owned import environment_names

    known = environment_names(root)
    for name in names:
        if name not in known:
            raise UsageError(f'there is no environment "{name}": {suggestion(name, known)}')
    return frozenset(names)


def suggestion(word: str, known: Iterable[str]) -> str:
    from modelyard.findings.nearest import did_you_mean

    return did_you_mean(word, known) or "there are none yet"


def command(root: Path, verb: str) -> str:
    """How a verb is called in this repository: by its launcher, or by the installed command."""
    return f"tools/{verb}" if (root / "tools" / verb).is_file() else f"modelyard {verb}"


def use_colour(stream: TextIO) -> bool:
    """Colour on a terminal, unless NO_COLOR says not to; FORCE_COLOR says to anyway."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def width() -> int:
    import shutil

    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 200))


def print_findings(root: Path, findings: list[Finding], fmt: str, stream: TextIO | None = None) -> None:
    """Prints the report, to stdout unless told otherwise; in text, ends it with the line that counts them."""
    from modelyard import __version__
    from modelyard.findings.report import render, summary
    from modelyard.findings.sources import Sources

    stream = stream or sys.stdout
    text = render(
        findings,
        fmt,  # type: ignore[arg-type]
        sources=Sources(root),
        colour=use_colour(stream),
        width=width(),
        tool_version=__version__,
    )
    stream.write(text)
    if fmt == "text" and findings:
        print(f"\n{summary(findings)}", file=stream)


class ProgressLine:
    """One line on a terminal that counts; nothing at all in a pipe."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.shown = False
        self.live = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        if self.live and total >= 20 and (done % 10 == 0 or done == total):
            sys.stderr.write(f"\r{self.what} {done}/{total}")
            sys.stderr.flush()
            self.shown = True

    def clear(self) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self.shown = False


def say(message: str) -> None:
    print(f"modelyard: {message}", file=sys.stderr)

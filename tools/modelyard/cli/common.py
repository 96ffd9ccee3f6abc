"""What several commands share: the repository, names that were typed, and how findings are printed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.errors import UsageError

if TYPE_CHECKING:
    from modelyard.findings import Finding

FORMATS = ("text", "json", "github", "sarif")


def add_root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", metavar="DIR", help="the repository (default: the one around this folder)")


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed (default: text)")


def find_root(given: str | None) -> Path:
    """The repository that ``given`` or the working folder is in; raises UsageError."""
    if given is not None:
        root = Path(given).resolve()
        if not root.is_dir():
            raise UsageError(f"--root {given}: there is no such folder")
        return root
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "environments").is_dir() or (folder / "Dockerfiles" / "base-images.yaml").exists():
            return folder
    raise UsageError("no Modelyard repository here: `modelyard init` makes one, --root names one elsewhere")


def known_models(root: Path, names: Iterable[str]) -> tuple[str, ...]:
    """The models of these names or folders (``models/iris/``), in order; raises UsageError for an unknown one."""
    from modelyard.pipeline.owned import model_names

    known = model_names(root)
    found = []
    for name in names:
        bare = name.rstrip("/").removesuffix("/model.yaml").rsplit("/", 1)[-1]
        if bare not in known:
            raise UsageError(f'there is no model "{name}": {suggestion(bare, known)}')
        found.append(bare)
    return tuple(sorted(set(found)))


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


def use_colour() -> bool:
    """Colour on a terminal, unless NO_COLOR says not to; FORCE_COLOR says to anyway."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def width() -> int:
    import shutil

    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 200))


def print_findings(root: Path, findings: list[Finding], fmt: str) -> None:
    """Prints the report; in text, ends it with the line that counts them."""
    from modelyard import __version__
    from modelyard.findings.report import render, summary
    from modelyard.findings.sources import Sources

    text = render(
        findings,
        fmt,  # type: ignore[arg-type]
        sources=Sources(root),
        colour=use_colour(),
        width=width(),
        tool_version=__version__,
    )
    sys.stdout.write(text)
    if fmt == "text" and findings:
        print(f"\n{summary(findings)}")


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

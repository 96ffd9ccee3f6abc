"""Write the manifest of a new model, with code that runs: valid, and rendering at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from modelyard.cli import common
from modelyard.errors import UsageError
from modelyard.scaffold import KINDS

EXAMPLES = (
    "kinds:\n"
    + "".join(f"  {kind:<16} {what}\n" for kind, what in KINDS.items())
    + """
examples:
  tools/new churn --owner growth-ml                 a service
  tools/new churn-features --owner growth-ml --kind job
"""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tools/new`."""
    parser.add_argument(
        "name", metavar="NAME", help="the model's name: lower-case letters, digits and dashes"
    )
    parser.add_argument(
        "--owner", metavar="TEAM", help="the team that answers for it, as CODEOWNERS names it"
    )
    parser.add_argument(
        "--kind", choices=tuple(KINDS), default="service", help="what it is (default: service)"
    )
    common.add_root(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when it is written; raises UsageError for a bad name or one that is taken."""
    from modelyard.load import layout
    from modelyard.scaffold import starter
    from modelyard.write.create import create_files

    root = common.find_root(arguments.root)
    name, owner = arguments.name, arguments.owner or _ask_owner()
    _check(name, owner)
    folder = f"{layout.MODELS}/{name}"
    if (root / layout.manifest(name)).exists():
        raise UsageError(f"{layout.manifest(name)} is there already")
    bases, vendor = _bases(root)
    values = {"NAME": name, "OWNER": owner, "BASE": bases, "VENDOR": vendor}
    files = {f"{folder}/{path}": content for path, content in starter(arguments.kind, values).items()}
    create_files(root, files)
    for path in sorted(files):
        print(path)
    print(f"next: edit {layout.manifest(name)}, then run {common.command(root, 'render')} {name}")
    return 0


def _ask_owner() -> str:
    if not sys.stdin.isatty():
        raise UsageError("--owner TEAM is due: the team that answers for the model")
    try:
        return input("owner (a team, as CODEOWNERS names it): ").strip()
    except EOFError as error:
        print()
        raise UsageError("no owner was typed: --owner TEAM gives one") from error


def _check(name: str, owner: str) -> None:
    from modelyard.spec.names import ModelName, Team

    for kind, text in ((ModelName, name), (Team, owner)):
        bounds = kind.__metadata__[0]  # type: ignore[attr-defined]
        if not bounds.matches(text):
            raise UsageError(
                f'"{text}" is not {bounds.what} of up to {bounds.max_length} characters: {bounds.hint}'
            )


def _bases(root: Path) -> tuple[str, str]:
    """The catalogue's newest slim Python base, and an image for the vendor starter."""
    from modelyard.load.shared import load_shared
    from modelyard.targets.registry import discover

    images = load_shared(root, discover().plugins).catalogue.images
    pythons = {
        key: image for key, image in images.items() if image.python is not None and "slim" in image.tag
    }
    if not pythons:
        raise UsageError("Dockerfiles/base-images.yaml has no Python base: add one with python: set")
    newest = max(pythons, key=lambda key: (_version(pythons[key].python or ""), key))
    servers = [image for key, image in sorted(images.items()) if image.python is None and "inference" in key]
    chosen = servers[0] if servers else pythons[newest]
    return newest, chosen.reference


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))

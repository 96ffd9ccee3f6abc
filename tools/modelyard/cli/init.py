"""Make a new Modelyard repository: folders, a catalogue of base images, a local environment, schemas.

Nothing that is there already is touched, so it can also be run in a repository that has code."""

from __future__ import annotations

import argparse
from pathlib import Path

from modelyard.errors import UsageError

EXAMPLES = """examples:
  modelyard init                 here
  modelyard init model-config    in a new folder
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `modelyard init`."""
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="where (default: here)")


def run(arguments: argparse.Namespace) -> int:
    """0 when the repository is complete."""
    from modelyard.scaffold import starter
    from modelyard.schema import files as schema_files
    from modelyard.targets.registry import discover
    from modelyard.write.create import create_files

    root = Path(arguments.folder)
    if root.exists() and not root.is_dir():
        raise UsageError(f"{arguments.folder} is not a folder")
    root.mkdir(parents=True, exist_ok=True)
    files = starter("repository", {})
    for path, text in schema_files(discover().plugins, reference=False).items():
        files[path] = text.encode()
    new = {path: content for path, content in files.items() if not (root / path).exists()}
    create_files(root, new)
    for path in sorted(new):
        print(path)
    if not new:
        print("everything is there already")
    print("next: modelyard new NAME --owner TEAM, then modelyard render")
    return 0

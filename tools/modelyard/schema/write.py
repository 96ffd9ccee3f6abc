"""The files that are made of the types, and the repository's copies of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelyard.schema.definitions import Plugins, canonical
from modelyard.schema.documents import generate
from modelyard.schema.reference import pages
from modelyard.write.create import create_files

SCHEMAS = "schemas"
REFERENCE = "docs/reference"


def files(plugins: Plugins, *, reference: bool = True) -> Mapping[str, str]:
    """The text of each file by its path in the repository; without ``reference`` only the schemas."""
    made = {f"{SCHEMAS}/{name}": canonical(schema) for name, schema in generate(plugins).items()}
    if reference:
        made |= {f"{REFERENCE}/{name}": text for name, text in pages(plugins).items()}
    return made


def stale(root: Path, plugins: Plugins) -> list[str]:
    """The paths below ``root`` whose file is missing or says something else than the types do."""
    return [path for path, text in _wanted(root, plugins).items() if _read(root / path) != text.encode()]


def write(root: Path, plugins: Plugins) -> list[str]:
    """Makes every stale file anew, each replaced as a whole, and gives their paths. Raises UsageError."""
    wanted = _wanted(root, plugins)
    changed = stale(root, plugins)
    create_files(root, {path: wanted[path].encode() for path in changed}, replace=True)
    return changed


def _wanted(root: Path, plugins: Plugins) -> Mapping[str, str]:
    """The reference is kept where a repository has a place for it: that of a user has only schemas."""
    return files(plugins, reference=(root / REFERENCE).is_dir())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None

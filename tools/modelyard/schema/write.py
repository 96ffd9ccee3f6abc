"""The files that are made of the types, and the repository's copies of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from modelyard.schema.definitions import Plugins, canonical
from modelyard.schema.documents import generate
from modelyard.schema.reference import pages
from modelyard.write.create import create_files

SCHEMAS = "schemas"
REFERENCE = "docs/reference"
NO_MORE: Mapping[str, str] = MappingProxyType({})


def files(plugins: Plugins, *, reference: bool = True) -> Mapping[str, str]:
    """The text of each file by its path in the repository; without ``reference`` only the schemas."""
    made = {f"{SCHEMAS}/{name}": canonical(schema) for name, schema in generate(plugins).items()}
    if reference:
        made |= {f"{REFERENCE}/{name}": text for name, text in pages(plugins).items()}
    return made


def stale(root: Path, plugins: Plugins, more: Mapping[str, str] = NO_MORE) -> list[str]:
    """The paths below ``root`` whose file is missing or says something else than the types do.

    ``more`` are pages that are made of something else, and kept with the reference.
    """
    return _differing(root, _wanted(root, plugins, more))


def write(root: Path, plugins: Plugins, more: Mapping[str, str] = NO_MORE) -> list[str]:
    """Makes every stale file anew, each replaced as a whole, and gives their paths. Raises UsageError."""
    wanted = _wanted(root, plugins, more)
    changed = _differing(root, wanted)
    create_files(root, {path: wanted[path].encode() for path in changed}, replace=True)
    return changed


def _wanted(root: Path, plugins: Plugins, more: Mapping[str, str]) -> Mapping[str, str]:
    """The reference is kept where a repository has a place for it: that of a user has only schemas."""
    if (root / REFERENCE).is_dir():
        return {**files(plugins), **more}
    return files(plugins, reference=False)


def _differing(root: Path, wanted: Mapping[str, str]) -> list[str]:
    return [path for path, text in wanted.items() if _read(root / path) != text.encode()]


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None

"""Which files the gate looks at, and how they are read: never through a link, never beyond a bound."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from modelyard.errors import UsageError
from modelyard.pipeline.git import git

# Never part of what is reviewed: made by tools, and ignored by Git in a repository of ours.
_MADE = frozenset({".git", ".cache", "node_modules", "__pycache__"})


@dataclass(frozen=True)
class Selection:
    """Files below one folder. ``prefix`` is put before a path in reports; empty for the repository itself."""

    root: Path
    prefix: str
    files: tuple[str, ...]

    def shown(self, path: str) -> str:
        """The path as reports say it."""
        return f"{self.prefix}{path}"


def repository_files(root: Path) -> Selection:
    """All files of the repository that Git knows or would: tracked, and new ones that are not ignored."""
    names: list[str] = []
    if any((folder / ".git").exists() for folder in (root, *root.parents)):
        listed = git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
        names = sorted({name for name in listed if name and os.path.lexists(f"{root}/{name}")})
    # Without Git, or in somebody else's checkout that ignores the whole folder, everything is what there is.
    return Selection(root, "", tuple(names or sorted(_walk(root, ""))))


def files_of_paths(root: Path, paths: list[str]) -> list[Selection]:
    """The files of what was named, each once. Raises UsageError for one that is missing or empty."""
    inside: set[str] = set()
    others: list[Selection] = []
    known: frozenset[str] | None = None
    for given in paths:
        path = Path(os.path.abspath(given))
        if not os.path.lexists(path):
            raise UsageError(f"{given}: there is no such file or folder")
        if path == root or root in path.parents:
            if known is None:
                known = frozenset(repository_files(root).files)
            found = _inside(root, path, known)
            inside.update(found)
        else:
            outside = _outside(path, given)
            found = set(outside.files)
            others.append(outside)
        if not found:
            raise UsageError(f"{given}: there is nothing to scan in it")
    here = [Selection(root, "", tuple(sorted(inside)))] if inside else []
    return here + others


def target_of(root: Path, link: str, known: Collection[str]) -> str | None:
    """Where a link leads: to one of the ``known`` files, or to a folder of such; None for anywhere else."""
    top = os.path.realpath(root)
    target = os.path.realpath(os.path.join(top, link))
    if not target.startswith(top + os.sep) or not os.path.exists(target):
        return None
    below = target[len(top) + 1 :]
    if below in known or any(name.startswith(f"{below}/") for name in known):
        return below
    return None


def _inside(root: Path, path: Path, known: frozenset[str]) -> set[str]:
    below = path.relative_to(root).as_posix()
    if below == ".":
        return set(known)
    if path.is_dir() and not path.is_symlink():
        found = {name for name in known if name.startswith(f"{below}/")}
        # A folder that Git ignores was named on purpose.
        return found or {f"{below}/{name}" for name in _walk(path, "")}
    return {below}


def _outside(path: Path, given: str) -> Selection:
    if path.is_dir() and not path.is_symlink():
        return Selection(path, f"{given.rstrip('/')}/", tuple(sorted(_walk(path, ""))))
    folder, slash, _ = given.rpartition("/")
    return Selection(path.parent, f"{folder}/" if slash else "./", (path.name,))


def _walk(folder: Path, below: str) -> list[str]:
    """Every entry that is no folder, links included; what tools made is left out at the top and below."""
    found: list[str] = []
    waiting = [below]
    top = str(folder)
    while waiting:  # and no recursion: a tree may be deeper than Python's stack
        inside = waiting.pop()
        with os.scandir(f"{top}/{inside}") as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    found.append(f"{inside}{entry.name}")
                elif entry.name not in _MADE and not entry.name.startswith(".venv"):
                    waiting.append(f"{inside}{entry.name}/")
    return found

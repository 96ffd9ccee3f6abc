"""The folders that hold nothing but what is rendered, and so what may be deleted there."""

from __future__ import annotations

import os
from pathlib import Path

from modelyard.load import layout


def environment_names(root: Path) -> list[str]:
    """The names of the environments' folders, whether or not they can be read, sorted."""
    return _folders(root / layout.ENVIRONMENTS)


def model_names(root: Path) -> list[str]:
    """The names of the models' folders, sorted. Hidden entries and plain files are no models."""
    try:
        with os.scandir(root / layout.MODELS) as entries:
            return sorted(
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and (entry.is_dir() or entry.is_symlink())
            )
    except FileNotFoundError:
        return []


def rendered_names(root: Path, environments: list[str]) -> set[str]:
    """Every model of which something is left, whether or not the model is still there.

    That is what was rendered of it, and its overrides and releases: those of a model that is gone must
    be reported, also in a run in which nothing changed.
    """
    found = set(_folders(root / layout.DOCKERFILES))
    for environment in environments:
        folder = root / layout.ENVIRONMENTS / environment
        found.update(_folders(folder / "rendered"))
        for kind in ("overrides", "releases"):
            # A misnamed iris.yml is looked at as a model of that name, which is not there.
            found.update(
                name.removesuffix(".yaml")
                for name in _names(folder / kind)
                if name.endswith((".yaml", ".yml"))
            )
    return found


def owned_folders(
    model: str,
    environments: list[str],
    wanted_environments: frozenset[str] | None,
    wanted_targets: frozenset[str] | None,
) -> list[str]:
    """The folders of one model that a run with this scope renders completely."""
    owned = []
    if wanted_environments is None and (wanted_targets is None or "dockerfile" in wanted_targets):
        owned.append(layout.dockerfiles(model))
    for environment in environments:
        if wanted_environments is None or environment in wanted_environments:
            folder = layout.rendered(environment, model)
            if wanted_targets is None:
                owned.append(folder)
            else:
                owned += [f"{folder}/{target}" for target in sorted(wanted_targets - {"dockerfile"})]
    return owned


def _names(path: Path) -> list[str]:
    try:
        return [name for name in os.listdir(path) if not name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _folders(path: Path) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return sorted(
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            )
    except (FileNotFoundError, NotADirectoryError):
        return []

"""The files of weights that an image is built with, or that a run mounts: here, and the right ones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelyard.engines.api import EngineError
from modelyard.load import layout
from modelyard.resolve.delivery import weights_folder


class WeightsError(EngineError):
    """Weights are missing, or not what the manifest says. ``made`` says that the model has a script for them.

    ``hint`` is what to do about it.
    """

    def __init__(self, message: str, hint: str, said: str = "", *, made: bool = True) -> None:
        super().__init__(message, said)
        self.hint = hint
        self.made = made


@dataclass(frozen=True)
class Wanted:
    """A file on this machine, and what it has to be: the manifest's name for it, its address and checksum."""

    name: str
    uri: str
    sha256: str
    path: Path


def require(root: Path, model: str, folder: Path | None, wanted: Sequence[Wanted]) -> None:
    """Raises WeightsError for all that are missing at once, or for the first that is not the right one.

    ``folder`` is where the caller has them from, None the model's own: it is named in what there is to do.
    """
    missing = [item for item in wanted if not item.path.exists()]
    if missing:
        listed = "\n".join(f"{shown(root, item.path)}, which is {item.uri}" for item in missing)
        verb = "is" if len(missing) == 1 else "are"
        what = f"{len(missing)} of the {len(wanted)} files that it loads {verb} not here"
        raise WeightsError(what, _how(root, model, folder), listed, made=bool(_scripts(root, model)))
    for item in wanted:
        _verify(root, item)


def require_inside(root: Path, folder: Path, wanted: Sequence[Wanted]) -> None:
    """Raises WeightsError for links out of the folder: builds are given the folder, and follow none."""
    for item in wanted:
        if not item.path.resolve().is_relative_to(folder.resolve()):
            message = f"{shown(root, item.path)} is a link to somewhere else, which no build can follow"
            raise WeightsError(message, f"put the file itself into {shown(root, folder)}")


def own_folder(root: Path, model: str) -> Path:
    """Where a model's ``train.py --out`` or a download puts its weights."""
    return root / weights_folder(model)


def shown(root: Path, path: Path) -> str:
    """A path as people read it: from the root of the repository, where it is inside."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _verify(root: Path, item: Wanted) -> None:
    name = shown(root, item.path)
    if not item.path.is_file():
        raise WeightsError(f"{name} is no file", f'it should be "{item.name}" of the manifest')
    try:
        with open(item.path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(f"{name} cannot be read: {error.strerror}", "it holds weights") from error
    if found != item.sha256:
        hint = "make or fetch it again; weights that are meant to change change the manifest too"
        said = f"sha256 of the file: {found}\nof the manifest:    {item.sha256}"
        raise WeightsError(f'{name} is not the "{item.name}" that the manifest names', hint, said)


def _how(root: Path, model: str, folder: Path | None) -> str:
    """The commands that make the weights, where the model has any."""
    out = shown(root, folder or own_folder(root, model))
    scripts = _scripts(root, model)
    if not scripts:
        return f"fetch them from where they are kept into {out}, or name another folder by --weights"
    made = ", ".join(f"python {shown(root, script)} --out {out}" for script in scripts)
    return f"make them: {made}; or name another folder by --weights"


def _scripts(root: Path, model: str) -> list[Path]:
    """What trains it, in its folder or that of a container."""
    own = root / layout.MODELS / model
    return sorted(path for path in (own / "train.py", *own.glob("*/train.py")) if path.is_file())

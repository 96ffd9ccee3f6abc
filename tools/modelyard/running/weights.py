"""Where the files that a model is delivered lie on this machine, and whether they are the right ones.

They lie below ``models/<model>/.weights/``, as for Docker Compose: hosted models in their folders, others
flat under their names, but for two of one name: these lie in a folder that is called as the manifest calls
them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from modelyard.load import layout
from modelyard.resolve.delivery import HOSTED_MODELS, Delivery
from modelyard.resolve.workload import Workload
from modelyard.running.errors import CannotRun, NotHere


def verified(
    root: Path, workload: Workload, folder: Path | None, needed: frozenset[str], shared: bool
) -> Mapping[str, Path]:
    """The file of every delivery that these containers need, by its path in the container.

    ``folder`` None means the model's own. ``shared``: another user, that of the container, must be able to
    read them. Raises CannotRun for all that are missing at once, or for the first that is not what the
    manifest says.
    """
    files = {
        item.path: (item, (folder or weights_folder(root, workload.model)) / name)
        for item, name in names(workload.deliveries).items()
        if needed.intersection(item.containers)
    }
    missing = [(item, path) for item, path in files.values() if not path.exists()]
    if missing:
        listed = "\n".join(f"{_shown(root, path)}, which is {item.uri}" for item, path in missing)
        verb = "is" if len(missing) == 1 else "are"
        what = f"{len(missing)} of the {len(files)} files that it loads {verb} not here"
        kind = CannotRun if _scripts(root, workload.model) else NotHere
        raise kind(what, _how(root, workload.model, folder), listed)
    for item, path in files.values():
        _verify(root, item, path, shared)
    return {at: path for at, (_, path) in files.items()}


def weights_folder(root: Path, model: str) -> Path:
    """Where a model's ``train.py --out`` or a download puts its weights."""
    return root / layout.MODELS / model / ".weights"


def names(deliveries: tuple[Delivery, ...]) -> dict[Delivery, str]:
    """Each delivery's place below the folder of the weights."""
    flat = Counter(_file(item) for item in deliveries)
    return {
        item: _file(item) if flat[_file(item)] == 1 else f"{item.name}/{_file(item)}" for item in deliveries
    }


def _file(delivery: Delivery) -> str:
    hosted = HOSTED_MODELS + "/"
    if delivery.path.startswith(hosted):
        return delivery.path.removeprefix(hosted)
    return delivery.path.rsplit("/", 1)[-1]


def _verify(root: Path, item: Delivery, path: Path, shared: bool) -> None:
    shown = _shown(root, path)
    if not path.is_file():
        raise CannotRun(f"{shown} is no file", f'it should be "{item.name}" of the manifest')
    try:
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CannotRun(f"{shown} cannot be read: {error.strerror}", "it holds weights") from error
    if found != item.sha256:
        hint = "make or fetch it again; weights that are meant to change change the manifest too"
        said = f"sha256 of the file: {found}\nof the manifest:    {item.sha256}"
        raise CannotRun(f'{shown} is not the "{item.name}" that the manifest names', hint, said)
    if shared and not path.stat().st_mode & 0o004:
        hint = f"run: chmod o+r {shown}"
        raise CannotRun(f"{shown} can be read by its owner only, and the container has another user", hint)


def _how(root: Path, model: str, folder: Path | None) -> str:
    """The commands that make the weights, where the model has any."""
    out = _shown(root, folder or weights_folder(root, model))
    scripts = _scripts(root, model)
    if not scripts:
        return f"fetch them from where they are kept into {out}, or name another folder by --weights"
    made = ", ".join(f"python {_shown(root, script)} --out {out}" for script in scripts)
    return f"make them: {made}; or name another folder by --weights"


def _scripts(root: Path, model: str) -> list[Path]:
    """What trains it, in its folder or that of a container."""
    own = root / layout.MODELS / model
    return sorted(path for path in (own / "train.py", *own.glob("*/train.py")) if path.is_file())


def _shown(root: Path, path: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)

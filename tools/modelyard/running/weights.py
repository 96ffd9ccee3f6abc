"""Where the files that a model is delivered lie on this machine, and whether they are the right ones.

They lie below ``models/<model>/.weights/``, as for Docker Compose: hosted models in their folders, others
flat under their names, but for two of one name: these lie in a folder that is called as the manifest calls
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelyard.build.weights import Wanted, WeightsError, own_folder, require, shown
from modelyard.resolve.delivery import local_names
from modelyard.resolve.workload import Workload
from modelyard.running.errors import CannotRun, NotHere


def verified(
    root: Path, workload: Workload, folder: Path | None, needed: frozenset[str], contained: bool
) -> Mapping[str, Path]:
    """The file of every delivery that these containers need, by its path in the container.

    ``folder`` None means the model's own. ``contained``: another user, that of the container, must be able to
    read them, and what is in images is not among them. Raises CannotRun for all that are missing at once, or
    for the first that is not what the manifest says.
    """
    names = local_names((*workload.deliveries, *workload.baked))
    loaded = workload.deliveries if contained else (*workload.deliveries, *workload.baked)
    files = {
        item.path: Wanted(
            item.name, item.uri, item.sha256, (folder or own_folder(root, workload.model)) / names[item]
        )
        for item in loaded
        if needed.intersection(item.containers)
    }
    try:
        require(root, workload.model, folder, tuple(files.values()))
    except WeightsError as error:
        raise cannot_run(error) from error
    for item in files.values() if contained else ():
        if not item.path.stat().st_mode & 0o004:
            name = shown(root, item.path)
            message = f"{name} can be read by its owner only, and the container has another user"
            raise CannotRun(message, f"run: chmod o+r {name}")
    return {at: item.path for at, item in files.items()}


def cannot_run(error: WeightsError) -> CannotRun:
    """The same as an end of a run: this machine is no place for a model whose weights nothing here makes."""
    kind = CannotRun if error.made else NotHere
    return kind(str(error), error.hint, error.said)

"""What keeps weights from being baked into an image, or from being found in it."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.delivery import Delivery
from modelyard.resolve.storage import delivery_path, is_reserved
from modelyard.resolve.weights import every_weights
from modelyard.resolve.workload import Path, Workload
from modelyard.source.node import Mapping as MappingNode

# Each folder is a step of the build, and container engines stack no more than some 120.
MOST_FOLDERS = 50
_TMP = "/tmp"  # noqa: S108 - a path in the container
# What a build of ours puts there would come on top of weights that were verified before.
_OF_THE_BUILD = ("/app", "/opt/modelyard", "/opt/venv")
# The fields of weights that decide what an image is.
_IN_THE_IMAGE = {"bake", "containers", "path", "sha256", "source"}
_ELSEWHERE = "give weights a folder of their own, such as /opt/ml/model"


def check_baking(workload: Workload) -> Iterator[Finding]:
    """Everything that is wrong with ``bake``, whatever the target."""
    yield from _contradicted(workload)
    yield from _overridden(workload)
    for item in workload.baked:
        yield from _nowhere_to_bake(workload, item)
        yield from _misplaced(workload, item)
        yield from _hidden(workload, item)
    yield from _crowded(workload)


def _contradicted(workload: Workload) -> Iterator[Finding]:
    manifest = workload.service or workload.job
    assert manifest is not None
    for key, name, item in every_weights(manifest):
        if item.bake and item.fetched_by == "server":
            message = "what is in the image is not fetched, and fetchedBy says that the model's own code does"
            hint = "take bake or fetchedBy away"
            yield workload.finding("conflicting-fields", (key, name, "fetchedBy"), message, hint)


def _overridden(workload: Workload) -> Iterator[Finding]:
    """An image is the same in every environment, and an override is only for one."""
    for item in workload.baked:
        at = delivery_path(workload, item)
        said = workload.node(*at)
        assert isinstance(said, MappingNode)
        for key in sorted(said.entries.keys() & _IN_THE_IMAGE):
            if workload.node(*at, key).path != workload.source:
                message = f"an override cannot replace {key} of weights that are in the image"
                hint = "change it in the manifest: a model is the same image and kind everywhere"
                yield workload.finding("fixed-field", (*at, key), message, hint)


def _nowhere_to_bake(workload: Workload, item: Delivery) -> Iterator[Finding]:
    receivers = [one for one in workload.containers if one.name in item.containers]
    foreign = [one.name for one in receivers if one.build is None]
    if foreign:
        message = f"nothing is put into the image of {foreign[0]}: somebody else built it"
        hint = "take bake away: then it is fetched"
        if len(foreign) < len(receivers):
            others = ", ".join(one.name for one in receivers if one.build is not None)
            hint += f"; or name under containers those that are built here: {others}"
        path = (*delivery_path(workload, item), "bake")
        yield workload.finding("bake-without-build", path, message, hint)


def _misplaced(workload: Workload, item: Delivery) -> Iterator[Finding]:
    path = _path(workload, item)
    if not item.folder:
        yield workload.finding("path-clash", path, "a file cannot be put into /", _ELSEWHERE)
    if is_reserved(item.folder) or _is_in(item.folder, _OF_THE_BUILD):
        message = f"{item.folder} belongs to the image or the platform"
        yield workload.finding("reserved-path", path, message, _ELSEWHERE)
    for other in (*workload.deliveries, *workload.baked):
        if other != item and set(other.containers).intersection(item.containers):
            if other.path == item.path:
                message = f"{item.path} is where {other.name} is put too"
                yield workload.finding("path-clash", path, message, "choose another path")
            elif _is_in(item.folder, (other.path,)):
                message = f"{other.path} is a file, {other.name}, and no folder"
                yield workload.finding("path-clash", path, message, "choose another path")


def _hidden(workload: Workload, item: Delivery) -> Iterator[Finding]:
    """What is mounted over its folder, in any container that has it."""
    mounted = [(volume.path, f"the volume {volume.name}") for volume in workload.volumes]
    mounted += [
        (folder.path, f"the folder of {folder.items[0].name}, which is fetched,")
        for folder in workload.delivery_folders
        if folder.containers.intersection(item.containers)
    ]
    mounted.append((_TMP, "memory"))
    for folder, what in mounted:
        if _is_in(item.folder, (folder,)):
            message = f"{what} is mounted over {folder}, where the image has it"
            yield workload.finding("mount-hides-image", _path(workload, item), message, _ELSEWHERE)


def _crowded(workload: Workload) -> Iterator[Finding]:
    for container in workload.containers:
        mine = [item for item in workload.baked if container.name in item.containers]
        if len({item.folder for item in mine}) > MOST_FOLDERS:
            path = (*delivery_path(workload, mine[MOST_FOLDERS]), "bake")
            message = f"weights in more than {MOST_FOLDERS} folders are too many for the image"
            yield workload.finding("over-limit", path, message, "take bake away: then they are fetched")


def _path(workload: Workload, item: Delivery) -> Path:
    """Where the manifest says at which path it is; models have none of their own."""
    at = delivery_path(workload, item)
    return (*at, "path" if at[0] == "artifacts" else "bake")


def _is_in(folder: str, trees: tuple[str, ...]) -> bool:
    return f"{folder}/".startswith(tuple(f"{tree}/" for tree in trees))

"""Weights: files that are there before a model starts, their folders, and where they lie on this machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from modelyard.load import layout

# Where each of several models behind one server is put, in a folder of its name, as SageMaker does.
HOSTED_MODELS = "/opt/ml/models"
# What Dockerfiles call the folder of weights that an image is built with.
WEIGHTS_CONTEXT = "weights"
# The name of the one container of a manifest that does not name its containers.
SINGLE = "model"


@dataclass(frozen=True)
class Delivery:
    """A file that is verified before the model starts: fetched from S3, or baked into the image.

    ``path`` is where the file ends up, ``containers`` are the names of those that see it, and
    ``size_bytes`` is 0 where the manifest does not say.
    """

    name: str
    uri: str
    sha256: str
    version_id: str
    path: str
    size_bytes: int
    containers: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The folder that the file is in, which is what is mounted."""
        return self.path.rsplit("/", 1)[0]


@dataclass(frozen=True)
class Baked:
    """A file that is in an image at ``path``; ``file`` is where it lies below the folder of weights."""

    name: str
    uri: str
    sha256: str
    path: str
    file: str

    @property
    def folder(self) -> str:
        """The folder that the file is in."""
        return self.path.rsplit("/", 1)[0]


@dataclass(frozen=True)
class DeliveryFolder:
    """A folder that files are fetched into, and so a volume; ``items`` are sorted by their paths."""

    path: str
    items: tuple[Delivery, ...]

    @property
    def containers(self) -> frozenset[str]:
        """The names of the containers that see it."""
        return frozenset(name for item in self.items for name in item.containers)


def outermost(folders: Iterable[str]) -> list[str]:
    """The folders that are in none of the others, sorted; all models behind one server are in one."""
    found: list[str] = []
    for folder in sorted({_shared(folder) for folder in folders}, key=lambda folder: folder + "/"):
        if not found or not f"{folder}/".startswith(f"{found[-1]}/"):
            found.append(folder)
    return found


def _shared(folder: str) -> str:
    return HOSTED_MODELS if f"{folder}/".startswith(f"{HOSTED_MODELS}/") else folder


def weights_folder(model: str) -> str:
    """Where a model's weights lie in the repository, whatever made them; Git ignores it."""
    return f"{layout.MODELS}/{model}/.weights"


def folders_of(deliveries: Iterable[Delivery]) -> tuple[DeliveryFolder, ...]:
    """The outermost folders of the files that are fetched, sorted.

    A folder in a folder shares its volume, since a mount in a read-only mount has no place to be; and
    so do all models behind one server, of which there may be hundreds.
    """
    found: dict[str, list[Delivery]] = {}
    for item in sorted(deliveries, key=lambda item: (item.folder + "/", item.path)):
        folder = _shared(item.folder)
        outer = next((path for path in found if f"{folder}/".startswith(f"{path}/")), folder)
        found.setdefault(outer, []).append(item)
    return tuple(DeliveryFolder(path, tuple(items)) for path, items in found.items())


def local_names(deliveries: Iterable[Delivery]) -> dict[Delivery, str]:
    """Where each lies below the model's folder of weights; ``deliveries`` are all of the model.

    Hosted models keep their folder. Others lie flat under their names, but for two of one name: these lie in
    a folder that is called as the manifest calls them.
    """
    every = list(deliveries)
    flat = Counter(_file(item) for item in every)
    return {item: _file(item) if flat[_file(item)] == 1 else f"{item.name}/{_file(item)}" for item in every}


def _file(delivery: Delivery) -> str:
    hosted = HOSTED_MODELS + "/"
    if delivery.path.startswith(hosted):
        return delivery.path.removeprefix(hosted)
    return delivery.path.rsplit("/", 1)[-1]

"""Files that are fetched from S3 before a model starts, and the folders that they are fetched into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Where each of several models behind one server is put, in a folder of its name, as SageMaker does.
HOSTED_MODELS = "/opt/ml/models"


@dataclass(frozen=True)
class Delivery:
    """A file that is fetched from S3 and verified before the model starts.

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
class DeliveryFolder:
    """A folder that files are fetched into, and so a volume; ``items`` are sorted by their paths."""

    path: str
    items: tuple[Delivery, ...]

    @property
    def containers(self) -> frozenset[str]:
        """The names of the containers that see it."""
        return frozenset(name for item in self.items for name in item.containers)


def folders_of(deliveries: Iterable[Delivery]) -> tuple[DeliveryFolder, ...]:
    """The outermost folders of the files that are fetched, sorted.

    A folder in a folder shares its volume, since a mount in a read-only mount has no place to be; and
    so do all models behind one server, of which there may be hundreds.
    """
    found: dict[str, list[Delivery]] = {}
    for item in sorted(deliveries, key=lambda item: (item.folder + "/", item.path)):
        folder = HOSTED_MODELS if f"{item.folder}/".startswith(f"{HOSTED_MODELS}/") else item.folder
        outer = next((path for path in found if f"{folder}/".startswith(f"{path}/")), folder)
        found.setdefault(outer, []).append(item)
    return tuple(DeliveryFolder(path, tuple(items)) for path, items in found.items())

"""Weights: the volumes that the init container fetches them into."""

from __future__ import annotations

from dataclasses import dataclass

from modelyard.resolve.delivery import DeliveryFolder
from modelyard.resolve.workload import Workload
from modelyard.values import Memory

NAME = "fetch-weights"
# For files whose size the manifest does not give.
UNKNOWN_SIZE = 10 * 2**30


@dataclass(frozen=True)
class Weights:
    """A folder of fetched files: the volume that holds it, how large it is, and who sees it."""

    volume: str
    folder: str
    size: Memory
    containers: frozenset[str]


def weights(workload: Workload) -> list[Weights]:
    """The folders that files are fetched into."""
    return [_sized(number, folder) for number, folder in enumerate(workload.delivery_folders, 1)]


def _sized(number: int, folder: DeliveryFolder) -> Weights:
    name = "weights" if number == 1 else f"weights-{number}"
    size = sum(item.size_bytes or UNKNOWN_SIZE for item in folder.items)
    return Weights(name, folder.path, Memory(-(-size // 2**20) * 2**20), folder.containers)

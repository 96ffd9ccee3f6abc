"""What is mounted into the containers: weights, volumes, and a writable /tmp.

Weights come from ``models/<model>/.weights/``, where the model's ``train.py --out`` or a download puts
them: no credentials, and nothing is fetched again on every start. A shared file system is a folder of
the checkout too, ``models/<model>/.volumes/<volume>/``. Where one of them is missing, Docker says so;
Podman makes an empty folder in its place, which must be removed before the file can come there.
"""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.resolve.delivery import local_names, weights_folder
from modelyard.resolve.workload import ResolvedVolume, Workload
from modelyard.values import Memory

_UNITS = (("g", 2**30), ("m", 2**20), ("k", 2**10))


def amount(memory: Memory) -> str:
    """As Docker spells it: ``g``, ``m`` and ``k`` are powers of 1024."""
    for unit, size in _UNITS:
        if memory.bytes % size == 0:
            return f"{memory.bytes // size}{unit}"
    return f"{memory.bytes}b"


def model_folder(workload: Workload) -> str:
    """The model's folder as the compose file sees it."""
    return f"{_root(workload)}models/{workload.model}"


def server_folder(workload: Workload) -> str:
    """The folder of Modelyard's own model server as the compose file sees it."""
    return f"{_root(workload)}server"


def baked_folder(workload: Workload) -> str:
    """The folder of the model's weights as the compose file sees it: what images are built with."""
    return f"{_root(workload)}{weights_folder(workload.model)}"


def _root(workload: Workload) -> str:
    from modelyard.targets.compose.settings import TARGET

    return "../" * workload.output(TARGET, "").count("/")


def local_files(workload: Workload) -> dict[str, str]:
    """Where each of the weights lies below the model's folder, by its path in the container."""
    every = local_names((*workload.deliveries, *workload.baked))
    return {item.path: f".weights/{name}" for item, name in every.items()}


def mounts(workload: Workload, container: str) -> list[Plain]:
    """The volumes of one of the model's own containers."""
    folder, files = model_folder(workload), local_files(workload)
    weights = [
        _bind(f"{folder}/{files[item.path]}", item.path, read_only=True)
        for item in workload.deliveries
        if container in item.containers
    ]
    return weights + [_mounted(folder, volume) for volume in workload.volumes]


def _mounted(folder: str, volume: ResolvedVolume) -> Plain:
    if volume.kind == "efs":
        return _bind(f"{folder}/.volumes/{volume.name}", volume.path, read_only=volume.read_only)
    return {"type": "volume", "source": volume.name, "target": volume.path}


def _bind(source: str, target: str, *, read_only: bool) -> dict[str, Plain]:
    mount: dict[str, Plain] = {"type": "bind", "source": source, "target": target}
    if read_only:
        mount["read_only"] = True
    return {**mount, "bind": {"create_host_path": False}}


def volumes(workload: Workload) -> dict[str, Plain]:
    """Scratch folders live in memory and are gone with the containers; block devices are Docker's volumes."""
    return {
        volume.name: _memory(volume) if volume.kind == "scratch" else {}
        for volume in workload.volumes
        if volume.kind != "efs"
    }


def _memory(volume: ResolvedVolume) -> Plain:
    options = {"type": "tmpfs", "device": "tmpfs", "o": f"size={volume.size_bytes},mode=1777"}
    return {"driver": "local", "driver_opts": options}


def temporary(volumes: tuple[ResolvedVolume, ...], storage: Memory | None) -> list[Plain]:
    """A writable /tmp, since the root file system is not. Numba and Triton run code that they put there."""
    if any(volume.path == "/tmp" for volume in volumes):  # noqa: S108 - a path in the container
        return []
    return ["/tmp:exec,mode=1777" + (f",size={storage.bytes}" if storage is not None else "")]  # noqa: S108

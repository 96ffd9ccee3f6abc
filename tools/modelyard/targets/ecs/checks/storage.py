"""Disk, block devices, and memory that is used as a file system."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.storage import delivery_path
from modelyard.resolve.workload import Path, Workload
from modelyard.targets.ecs.capacity import LARGEST_DISK, disk, on_fargate
from modelyard.targets.ecs.names import platform, settings

_TMPFS = "/tmp"  # noqa: S108 - a path in the container


def check(workload: Workload) -> Iterator[Finding]:
    """Everything about what is written to."""
    yield from _disk(workload)
    yield from _devices(workload)
    yield from _temporary(workload)
    yield from _taken(workload)


def _disk(workload: Workload) -> Iterator[Finding]:
    storage: list[Path] = [
        (*part.path, "resources", "storage")
        for part in workload.containers
        if part.resources.storage is not None
    ]
    if not on_fargate(workload):
        for path in storage:
            hint = "ask for a block device: volumes: {work: {path: /work, ebs: {size: 100Gi}}}"
            message = "ECS cannot reserve a machine's disk for a task"
            yield workload.finding("storage-on-ec2", path, message, hint)
    elif disk(workload) > LARGEST_DISK:
        message = f"storage, scratch folders and weights take {disk(workload)} GiB"
        hint = f"Fargate has at most {LARGEST_DISK} GiB: ask for less, or use an ebs volume"
        yield workload.finding(
            "impossible-fargate-storage", storage[0] if storage else _bulk(workload), message, hint
        )


def _bulk(workload: Workload) -> Path:
    """Where most of what is not asked for as storage comes from."""
    scratch = [volume for volume in workload.volumes if volume.kind == "scratch"]
    if scratch:
        return ("volumes", max(scratch, key=lambda item: item.size_bytes).name)
    largest = max((*workload.deliveries, *workload.baked), key=lambda item: item.size_bytes)
    return delivery_path(workload, largest)


def _devices(workload: Workload) -> Iterator[Finding]:
    names = [volume.name for volume in workload.volumes if volume.kind == "ebs"]
    for name in names[1:]:
        hint = f"make {names[0]} larger, or use scratch or efs for this one"
        yield workload.finding(
            "several-ebs-volumes", ("volumes", name), "a task has one block device at most", hint
        )
    for name in names[:1]:
        path: Path = ("volumes", name, "ebs")
        if workload.job is not None:
            hint = "use scratch, or raise resources.storage"
            yield workload.finding(
                "ebs-in-job", path, "only the tasks of a service can have a block device", hint
            )
        elif platform(workload).ebs_role is None:
            hint = "ask the platform team for platforms.ecs.ebsRole, or use scratch"
            yield workload.finding(
                "ebs-without-role", path, "nobody here may attach block devices to tasks", hint
            )


def _temporary(workload: Workload) -> Iterator[Finding]:
    taken = settings(workload).tmp.mebibytes
    parts = [(part.resources, part.path) for part in workload.containers]
    parts += [(part.spec.resources, part.path) for part in workload.sidecars]
    for resources, path in parts:
        if taken >= resources.memory.mebibytes:
            message = f"{resources.memory} cannot hold the files of /tmp, which are memory ({taken} MiB)"
            hint = f"ask for more than {taken} MiB, or make targets.ecs.tmp smaller"
            yield workload.finding("memory-below-tmp", (*path, "resources", "memory"), message, hint)


def _taken(workload: Workload) -> Iterator[Finding]:
    for volume in workload.volumes:
        if volume.path == _TMPFS:
            message = f"{volume.path} is in memory already"
            hint = "set its size with targets.ecs.tmp, or mount the volume elsewhere"
            yield workload.finding("path-clash", ("volumes", volume.name, "path"), message, hint)
    for delivery in workload.deliveries:
        if delivery.folder == _TMPFS:
            path = ("artifacts", delivery.name, "path")
            hint = "put it into a folder of its own: /opt/ml/model"
            yield workload.finding("path-clash", path, f"{delivery.folder} is in memory already", hint)

"""Folders that containers share: files that were fetched, scratch, block devices, file systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelyard.resolve.workload import ResolvedVolume, Workload
from modelyard.targets.ecs.names import platform

# Provisioned operations per GiB of an io2 volume, and the bounds of AWS::ECS::Service.
_IOPS_PER_GIB, _LEAST_IOPS, _MOST_IOPS = 50, 100, 64000


@dataclass(frozen=True)
class Folder:
    """A volume and where it is mounted, in the containers of these names.

    ``opened`` says that it comes into being as root's: the init container opens it to everybody. ECS
    itself lets the container's user write to a block device, and the access point to a file system.
    """

    volume: str
    path: str
    read_only: bool
    containers: frozenset[str]
    opened: bool


def folders(workload: Workload) -> tuple[Folder, ...]:
    """Every shared folder, those of fetched files first."""
    everybody = frozenset(part.name for part in workload.containers)
    return (
        *fetched_folders(workload),
        *(
            Folder(item.name, item.path, item.read_only, everybody, item.kind == "scratch")
            for item in workload.volumes
        ),
    )


def fetched_folders(workload: Workload) -> tuple[Folder, ...]:
    """The folders of the files that are fetched; one volume each, named after the first file."""
    return tuple(
        Folder(folder.items[0].name, folder.path, True, folder.containers, False)
        for folder in workload.delivery_folders
    )


def task_volumes(workload: Workload) -> list[dict[str, Any]]:
    """The task definition's ``volumes``."""
    shared = [{"name": folder.volume} for folder in fetched_folders(workload)]
    return [*shared, *(_volume(item) for item in workload.volumes)]


def _volume(volume: ResolvedVolume) -> dict[str, Any]:
    if volume.kind == "efs":
        return {
            "name": volume.name,
            "efsVolumeConfiguration": {
                "fileSystemId": volume.file_system,
                # The access point decides where in the file system this is.
                "rootDirectory": "/",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": volume.access_point, "iam": "ENABLED"},
            },
        }
    return (
        {"name": volume.name, "configuredAtLaunch": True} if volume.kind == "ebs" else {"name": volume.name}
    )


def mount_points(workload: Workload, container: str) -> list[dict[str, Any]]:
    """The ``mountPoints`` of one of the model's own containers."""
    return [
        {"sourceVolume": folder.volume, "containerPath": folder.path, "readOnly": folder.read_only}
        for folder in folders(workload)
        if container in folder.containers
    ]


def block_devices(workload: Workload) -> list[dict[str, Any]]:
    """A service's ``VolumeConfigurations``: each task gets a device of its own, which goes with it."""
    return [
        {"Name": volume.name, "ManagedEBSVolume": _device(workload, volume)}
        for volume in workload.volumes
        if volume.kind == "ebs"
    ]


def _device(workload: Workload, volume: ResolvedVolume) -> dict[str, Any]:
    size = -(-volume.size_bytes // 2**30)
    iops = (
        {"Iops": min(max(_IOPS_PER_GIB * size, _LEAST_IOPS), _MOST_IOPS)} if volume.disk_type == "io2" else {}
    )
    return {
        "RoleArn": str(platform(workload).ebs_role),
        "SizeInGiB": size,
        "VolumeType": volume.disk_type,
        **iops,
        "Encrypted": True,
        "FilesystemType": "ext4",
        "TagSpecifications": [{"ResourceType": "volume", "PropagateTags": "SERVICE"}],
    }

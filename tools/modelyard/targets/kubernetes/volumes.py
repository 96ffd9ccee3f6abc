"""Volumes and their mounts: scratch, shared memory, weights, file systems and block devices.

The root file system of every container is read-only, so each gets a /tmp of its own. Only kinds that
the restricted Pod Security Standard allows are used: emptyDir, ephemeral, persistentVolumeClaim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelyard.artifact import Plain
from modelyard.resolve.workload import ResolvedContainer, ResolvedSidecar, ResolvedVolume
from modelyard.spec.container import Resources
from modelyard.targets.kubernetes.context import Context, short_hash
from modelyard.targets.kubernetes.delivery import NAME as FETCH
from modelyard.targets.kubernetes.delivery import Weights, weights
from modelyard.targets.kubernetes.labels import document
from modelyard.values import Memory

TMP, SHARED_MEMORY = "/tmp", "/dev/shm"  # noqa: S108 (paths in the pod)
# What a container may write to /tmp where the manifest does not say: enough for caches and uploads.
MODEL_TMP, SIDECAR_TMP = Memory(2**30), Memory(64 * 2**20)


def tmp_size(resources: Resources, default: Memory) -> Memory:
    """How large /tmp may become."""
    return resources.storage or default


def volumes(context: Context) -> list[Plain]:
    """The volumes of the pod."""
    workload = context.workload
    own = taken_paths(context)
    found = [
        _empty(f"tmp-{part.name}", tmp_size(part.resources, MODEL_TMP))
        for part in workload.containers
        if TMP not in own
    ]
    found += [
        _empty(f"tmp-{part.name}", tmp_size(part.spec.resources, SIDECAR_TMP)) for part in workload.sidecars
    ]
    if workload.deliveries:
        found.append(_empty(f"tmp-{FETCH}", SIDECAR_TMP))
    for part in workload.containers:
        if part.resources.shared_memory is not None:
            found.append(_empty(f"shm-{part.name}", part.resources.shared_memory, medium="Memory"))
    found += [_empty(item.volume, item.size) for item in weights(workload)]
    found += [_declared(context, item) for item in workload.volumes]
    return found


def taken_paths(context: Context) -> frozenset[str]:
    """Where the manifest mounts something."""
    return frozenset(item.path for item in context.workload.volumes)


def _empty(name: str, size: Memory, medium: str = "") -> Plain:
    limits = {"medium": medium, "sizeLimit": str(size)} if medium else {"sizeLimit": str(size)}
    return {"name": name, "emptyDir": limits}


def _declared(context: Context, volume: ResolvedVolume) -> Plain:
    name = f"volume-{volume.name}"
    if volume.kind == "efs":
        return {"name": name, "persistentVolumeClaim": {"claimName": claim_name(context, volume)}}
    if volume.kind == "scratch":
        return _empty(name, Memory(volume.size_bytes))
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": context.platform.storage_classes[volume.disk_type],
        "resources": {"requests": {"storage": str(Memory(volume.size_bytes))}},
    }
    return {"name": name, "ephemeral": {"volumeClaimTemplate": {"spec": claim}}}


def model_mounts(context: Context, container: ResolvedContainer) -> list[Plain]:
    """What one of the model's containers sees; weights are there for reading only."""
    mounts = [] if TMP in taken_paths(context) else [_mount(f"tmp-{container.name}", TMP)]
    if container.resources.shared_memory is not None:
        mounts.append(_mount(f"shm-{container.name}", SHARED_MEMORY))
    for item in weights(context.workload):
        if container.name in item.containers:
            mounts.append(_mount(item.volume, item.folder, read_only=True))
    for volume in context.workload.volumes:
        mounts.append(_mount(f"volume-{volume.name}", volume.path, read_only=volume.read_only))
    return mounts


def sidecar_mounts(sidecar: ResolvedSidecar) -> list[Plain]:
    """A sidecar sees a /tmp of its own and nothing of the model."""
    return [_mount(f"tmp-{sidecar.name}", TMP)]


def fetch_mounts(items: Iterable[Weights]) -> list[Plain]:
    """What the init container that fetches weights writes to."""
    return [_mount(f"tmp-{FETCH}", TMP), *(_mount(item.volume, item.folder) for item in items)]


def _mount(volume: str, path: str, *, read_only: bool = False) -> Plain:
    mount: dict[str, Plain] = {"name": volume, "mountPath": path}
    if read_only:
        mount["readOnly"] = True
    return mount


def claim_name(context: Context, volume: ResolvedVolume) -> str:
    """Claims and what they are bound to cannot change, so another file system is another name."""
    said = f"{volume.file_system} {volume.access_point} {volume.read_only}"
    return f"{context.name}-{volume.name}-{short_hash(said, 8)}"


def file_systems(context: Context) -> Iterator[Plain]:
    """A PersistentVolume and its claim for each shared file system (static: Fargate has no other kind).

    EFS has no size, but the API asks for one. The volume is bound to this claim beforehand, so that
    nobody else's claim gets it. https://github.com/kubernetes-sigs/aws-efs-csi-driver
    """
    for volume in context.workload.volumes:
        if volume.kind != "efs":
            continue
        claim = claim_name(context, volume)
        name = f"{context.workload.place.environment}-{context.namespace}-{claim}"
        modes = ["ReadOnlyMany" if volume.read_only else "ReadWriteMany"]
        handle = f"{volume.file_system}::{volume.access_point}"
        spec: dict[str, Plain] = {
            "capacity": {"storage": "5Gi"},
            "volumeMode": "Filesystem",
            "accessModes": modes,
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "",
            "mountOptions": ["tls"],
            "csi": {"driver": "efs.csi.aws.com", "volumeHandle": handle},
            "claimRef": {"namespace": context.namespace, "name": claim},
        }
        persistent = document(context, "v1", "PersistentVolume", spec, name)
        del persistent["metadata"]["namespace"]  # belongs to the whole cluster
        yield persistent
        wanted: dict[str, Plain] = {
            "accessModes": modes,
            "storageClassName": "",
            "volumeName": name,
            "resources": {"requests": {"storage": "5Gi"}},
        }
        yield document(context, "v1", "PersistentVolumeClaim", wanted, claim)

"""What Fargate on EKS cannot do. https://docs.aws.amazon.com/eks/latest/userguide/fargate.html"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.workload import Feature, Path, ResolvedContainer
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.delivery import UNKNOWN_SIZE
from modelyard.targets.kubernetes.fargate import LARGEST_CPU, LARGEST_MEMORY, MAX_DISK, RESERVED, provisioned
from modelyard.targets.kubernetes.resources import pod_size
from modelyard.values import Memory

_IDENTITY = ("targets", "kubernetes", "identity")


def _elsewhere(context: Context) -> str:
    others = " or ".join(item for item in context.platform.compute if item != "fargate")
    return f"use compute: {others}" if others else "ask the platform team for a cluster with EC2 nodes"


def check_fargate(context: Context) -> Iterator[Finding]:
    """Hardware, disks, identity, network and size."""
    workload, elsewhere = context.workload, _elsewhere(context)
    for container in workload.containers:
        if container.resources.gpu is not None:
            path = (*container.path, "resources", "gpu")
            yield workload.finding("gpu-on-fargate", path, "EKS has no GPUs on Fargate", elsewhere)
    if workload.architecture == "arm64":
        hint = f"build for amd64, or {elsewhere}"
        yield workload.finding("arm64-on-fargate", ("architecture",), "EKS has no arm64 on Fargate", hint)
    for volume in workload.volumes:
        if volume.kind == "ebs":
            hint = f"use scratch, which may have up to {MAX_DISK} in all, or {elsewhere}"
            message = "EKS attaches no EBS volumes on Fargate"
            yield workload.finding("ebs-on-fargate", ("volumes", volume.name, "ebs"), message, hint)
    if context.role and context.identity == "pod-identity":
        message = "the Pod Identity agent does not run on Fargate"
        hint = "use identity: irsa, which the cluster must offer with its oidcProvider"
        yield workload.finding("pod-identity-on-fargate", _IDENTITY, message, hint)
    yield from _network(context)
    yield from _size(context)


def _network(context: Context) -> Iterator[Finding]:
    """A policy that nobody enforces is worse than none: it would be believed."""
    path = context.workload.features.get(Feature.NETWORK)
    if path is not None:
        message = "EKS enforces no network policies on Fargate"
        hint = f"{_elsewhere(context)}, or leave network out and rely on the security groups of the pods"
        yield context.workload.finding("network-policy-on-fargate", path, message, hint)


def _size(context: Context) -> Iterator[Finding]:
    workload, size = context.workload, pod_size(context)
    if provisioned(size) is None:
        message = f"the pod needs {size.cpu} vCPU and {size.memory} + {Memory(RESERVED)} for Fargate itself"
        largest = f"the largest size is {LARGEST_CPU} vCPU with {LARGEST_MEMORY}"
        hint = f"{largest}: ask for less, or {_elsewhere(context)}"
        path = _most_of(context, "cpu" if size.cpu > LARGEST_CPU else "memory")
        yield workload.finding("over-fargate-size", path, message, hint)
    if size.disk > MAX_DISK:
        message = f"the pod needs {size.disk} of disk, for scratch folders, weights and logs"
        hint = f"Fargate has {MAX_DISK} at most: ask for less, or {_elsewhere(context)}"
        yield workload.finding("over-fargate-disk", _most_disk(context), message, hint)


def _most_of(context: Context, field: str) -> Path:
    """The field of the container that asks for most of it."""

    def asked(container: ResolvedContainer) -> int:
        resources = container.resources
        return resources.cpu.millicores if field == "cpu" else resources.memory.bytes

    return (*max(context.workload.containers, key=asked).path, "resources", field)


def _most_disk(context: Context) -> Path:
    """What takes most of the disk: the storage of a container, a scratch folder, or fetched weights."""
    workload = context.workload
    asked: dict[Path, int] = {}
    for container in workload.containers:
        storage = container.resources.storage
        asked[(*container.path, "resources", "storage")] = storage.bytes if storage is not None else 0
    for volume in workload.volumes:
        if volume.kind == "scratch":
            asked[("volumes", volume.name, "scratch", "size")] = volume.size_bytes
    for item in workload.deliveries:
        asked[("artifacts", item.name, "size")] = item.size_bytes or UNKNOWN_SIZE
    return max(asked, key=lambda path: asked[path])

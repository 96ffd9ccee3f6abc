"""What containers ask for, and what that makes of the whole pod.

Requests equal limits, so that a pod gets the Guaranteed class and is evicted last. Disk is asked for
as well: emptyDir volumes, logs and written layers all count against it, and a node that runs out of
it evicts pods. See https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/.
"""

from __future__ import annotations

from dataclasses import dataclass

from modelyard.artifact import Plain
from modelyard.resolve.workload import ResolvedContainer
from modelyard.spec.container import Resources
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.delivery import weights
from modelyard.targets.kubernetes.volumes import MODEL_TMP, SIDECAR_TMP, tmp_size
from modelyard.values import Cpu, Memory

# The kubelet keeps five files of 10 MiB for each container.
LOGS = 64 * 2**20
# Enough for ten parallel parts of 8 MiB, and for the AWS CLI itself.
FETCH_CPU, FETCH_MEMORY = Cpu(500), Memory(512 * 2**20)


@dataclass(frozen=True)
class PodSize:
    """What the scheduler looks for: millicores, bytes of memory and bytes of disk."""

    cpu: Cpu
    memory: Memory
    disk: Memory


def model_resources(context: Context, container: ResolvedContainer) -> Plain:
    """The resources of one of the model's containers; the first one also pays for the pod's volumes."""
    return _resources(container.resources, model_disk(context, container))


def model_disk(context: Context, container: ResolvedContainer) -> Memory:
    """Disk in bytes, with the weights and scratch folders where it is the first container."""
    disk = tmp_size(container.resources, MODEL_TMP).bytes + LOGS
    if container is context.workload.primary:
        disk += sum(item.size.bytes for item in weights(context.workload))
        disk += sum(item.size_bytes for item in context.workload.volumes if item.kind == "scratch")
    return Memory(disk)


def sidecar_resources(resources: Resources) -> Plain:
    """The resources of a sidecar."""
    return _resources(resources, sidecar_disk(resources))


def sidecar_disk(resources: Resources) -> Memory:
    """Disk in bytes."""
    return Memory(tmp_size(resources, SIDECAR_TMP).bytes + LOGS)


def fetch_resources() -> Plain:
    """The resources of the init container that fetches weights; they are free again when the model starts."""
    return _resources(Resources(cpu=FETCH_CPU, memory=FETCH_MEMORY), Memory(SIDECAR_TMP.bytes + LOGS))


def _resources(resources: Resources, disk: Memory) -> Plain:
    amounts = {"cpu": str(resources.cpu), "memory": str(resources.memory), "ephemeral-storage": str(disk)}
    if resources.gpu is not None:
        amounts["nvidia.com/gpu"] = str(resources.gpu.count)
    return {"requests": dict(amounts), "limits": amounts}


def pod_size(context: Context) -> PodSize:
    """The greater of what runs together and of what each init container needs beside the earlier sidecars.

    https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
    """
    workload, order = context.workload, context.order
    cpu, memory, disk = 0, 0, 0
    peaks = (
        [(FETCH_CPU.millicores, FETCH_MEMORY.bytes, SIDECAR_TMP.bytes + LOGS)] if workload.deliveries else []
    )
    for sidecar in order.first:
        asked = sidecar.spec.resources
        together = (cpu + asked.cpu.millicores, memory + asked.memory.bytes, disk + sidecar_disk(asked).bytes)
        peaks.append(together)
        if not order.runs_once(sidecar):
            cpu, memory, disk = together
    for sidecar in order.beside:
        asked = sidecar.spec.resources
        cpu, memory = cpu + asked.cpu.millicores, memory + asked.memory.bytes
        disk += sidecar_disk(asked).bytes
    for container in workload.containers:
        cpu += container.resources.cpu.millicores
        memory += container.resources.memory.bytes
        disk += model_disk(context, container).bytes
    peaks.append((cpu, memory, disk))
    return PodSize(
        Cpu(max(peak[0] for peak in peaks)),
        Memory(max(peak[1] for peak in peaks)),
        Memory(max(peak[2] for peak in peaks)),
    )

"""What a task needs and what it runs on: Fargate sizes, capacity providers, disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelyard.facts.fargate import fargate_sizes
from modelyard.resolve.workload import Workload
from modelyard.spec.container import Gpu
from modelyard.targets.ecs.names import platform, settings
from modelyard.values import Memory

# What the AWS CLI takes while it fetches a file; containers that come later take its place.
PREPARE_MEMORY = 256
# Every Fargate task has this much disk; more can be asked for, up to the largest.
DEFAULT_DISK, LARGEST_DISK = 20, 200
# Smallest reservation that the API takes for a task on EC2.
SMALLEST_EC2_CPU = 128
# Linux platform versions are 1.4.0 and LATEST, which is 1.4.0 until AWS says otherwise.
PLATFORM_VERSION = "1.4.0"


@dataclass(frozen=True)
class TaskSize:
    """CPU units (1024 are one vCPU) and MiB."""

    cpu: int
    memory: int


def on_fargate(workload: Workload) -> bool:
    """Whether Fargate's rules apply."""
    return settings(workload).launch_type != "EC2"


def cpu_units(millicores: int) -> int:
    """Rounded up; two is the smallest share that Linux knows."""
    return max(2, -(-millicores * 1024 // 1000))


def asked_size(workload: Workload) -> TaskSize:
    """The sum of all containers and sidecars."""
    parts = [part.resources for part in workload.containers]
    parts += [sidecar.spec.resources for sidecar in workload.sidecars]
    cpu = sum(cpu_units(part.cpu.millicores) for part in parts)
    memory = sum(part.memory.mebibytes for part in parts)
    return TaskSize(cpu, max(memory, PREPARE_MEMORY))


def smallest_fargate_size(asked: TaskSize) -> TaskSize | None:
    """The first that holds it, by CPU and then memory, so the cheapest; None where none does."""
    for cpu, memories in fargate_sizes().items():
        if cpu >= asked.cpu and memories[-1] >= asked.memory:
            return TaskSize(cpu, next(memory for memory in memories if memory >= asked.memory))
    return None


def task_size(workload: Workload) -> TaskSize:
    """What the task definition says. ValueError on Fargate where ``check`` found no size."""
    asked = asked_size(workload)
    if not on_fargate(workload):
        return TaskSize(max(asked.cpu, SMALLEST_EC2_CPU), asked.memory)
    size = smallest_fargate_size(asked)
    if size is None:
        raise ValueError(f"no Fargate size holds {asked}")
    return size


def gpus(workload: Workload) -> tuple[Gpu, ...]:
    """The GPUs of each container that has any."""
    return tuple(part.resources.gpu for part in workload.containers if part.resources.gpu is not None)


def ec2_provider(workload: Workload) -> str | None:
    """The capacity provider whose machines can run it, where the environment has one."""
    ec2, wanted = platform(workload).ec2, gpus(workload)
    if ec2 is None:
        return None
    if wanted:
        return ec2.gpu_types.get(wanted[0].type) if workload.architecture == "amd64" else None
    return ec2.capacity_provider if workload.architecture == "amd64" else ec2.arm_capacity_provider


def placement(workload: Workload) -> dict[str, Any]:
    """What a service, or a run of a task, says of where it runs; ECS and Step Functions spell it alike."""
    launch_type = settings(workload).launch_type
    if launch_type == "FARGATE":
        return {"LaunchType": "FARGATE", "PlatformVersion": PLATFORM_VERSION}
    if launch_type == "FARGATE_SPOT":
        spot: dict[str, Any] = {"CapacityProvider": "FARGATE_SPOT", "Weight": 1}
        # One replica of a service is never interrupted; a job is tried again instead.
        steady = (
            [{"CapacityProvider": "FARGATE", "Base": 1, "Weight": 0}] if workload.service is not None else []
        )
        return {"CapacityProviderStrategy": [*steady, spot], "PlatformVersion": PLATFORM_VERSION}
    return {"CapacityProviderStrategy": [{"CapacityProvider": ec2_provider(workload), "Weight": 1}]}


def disk(workload: Workload) -> int:
    """GiB that containers, scratch folders, fetched files and weights in images need.

    A task keeps an image both as it is pulled and unpacked, on the disk that it has for everything else.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
    """
    parts = [part.resources.storage for part in workload.containers]
    parts += [sidecar.spec.resources.storage for sidecar in workload.sidecars]
    asked = sum(part.bytes for part in parts if part is not None)
    asked += sum(volume.size_bytes for volume in workload.volumes if volume.kind == "scratch")
    asked += sum(delivery.size_bytes for delivery in workload.deliveries)
    asked += sum(2 * item.size_bytes * len(item.containers) for item in workload.baked)
    return Memory(asked).gibibytes

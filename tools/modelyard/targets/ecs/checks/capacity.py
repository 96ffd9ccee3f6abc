"""What a task runs on, and how large it may be there."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.facts.fargate import fargate_sizes
from modelyard.findings import Finding
from modelyard.resolve.workload import Path, Workload
from modelyard.spec.container import Resources
from modelyard.targets.ecs.capacity import asked_size, ec2_provider, gpus, on_fargate, smallest_fargate_size
from modelyard.targets.ecs.names import platform, settings

_LAUNCH_TYPE: Path = ("targets", "ecs", "launchType")


def check(workload: Workload) -> Iterator[Finding]:
    """Launch type, GPUs and sizes."""
    if on_fargate(workload):
        yield from _offered(workload)
        yield from _fargate_size(workload)
        yield from _not_on_fargate(workload)
    else:
        yield from _ec2(workload)


def _offered(workload: Workload) -> Iterator[Finding]:
    wanted, here = settings(workload).launch_type, platform(workload)
    if not (here.fargate_spot if wanted == "FARGATE_SPOT" else here.fargate):
        others = [name for name, there in _launch_types(workload).items() if there]
        hint = f"choose {' or '.join(others)}" if others else "ask the platform team for capacity"
        yield workload.finding("launch-type-not-offered", _LAUNCH_TYPE, f"the cluster has no {wanted}", hint)


def _launch_types(workload: Workload) -> dict[str, bool]:
    here = platform(workload)
    return {"FARGATE": here.fargate, "FARGATE_SPOT": here.fargate_spot, "EC2": here.ec2 is not None}


def _largest(workload: Workload, key: str) -> Path:
    """Where the part that asks for most says so."""

    def amount(resources: Resources) -> int:
        return resources.cpu.millicores if key == "cpu" else resources.memory.bytes

    parts = [(amount(part.resources), part.path) for part in workload.containers]
    parts += [(amount(part.spec.resources), part.path) for part in workload.sidecars]
    return (*max(parts, key=lambda item: item[0])[1], "resources", key)


def _fargate_size(workload: Workload) -> Iterator[Finding]:
    asked = asked_size(workload)
    if smallest_fargate_size(asked) is not None:
        return
    cpu = max(fargate_sizes())
    memory = fargate_sizes()[cpu][-1]
    key = "cpu" if asked.cpu > cpu else "memory"
    message = f"all containers together ask for {asked.cpu / 1024:g} vCPU and {asked.memory / 1024:g} GiB"
    most = f"{cpu / 1024:g} vCPU and {memory / 1024:g} GiB"
    hint = f"Fargate has at most {most}: ask for less, or use launchType: EC2"
    yield workload.finding("impossible-fargate-size", _largest(workload, key), message, hint)


def _not_on_fargate(workload: Workload) -> Iterator[Finding]:
    for part in workload.containers:
        path = (*part.path, "resources")
        if part.resources.gpu is not None:
            hint = "say targets.ecs.launchType: EC2, or choose another target"
            yield workload.finding("gpu-on-fargate", (*path, "gpu"), "Fargate has no GPUs", hint)
        if part.resources.shared_memory is not None:
            hint = "say targets.ecs.launchType: EC2, or leave sharedMemory away"
            message = "Fargate's /dev/shm has the size that it has"
            yield workload.finding("shared-memory-on-fargate", (*path, "sharedMemory"), message, hint)


def _ec2(workload: Workload) -> Iterator[Finding]:
    ec2 = platform(workload).ec2
    if ec2 is None:
        others = [name for name, there in _launch_types(workload).items() if there]
        hint = f"choose {' or '.join(others)}, or ask the platform team for platforms.ecs.ec2"
        yield workload.finding(
            "launch-type-not-offered", _LAUNCH_TYPE, "the cluster has no EC2 machines", hint
        )
    elif gpus(workload):
        yield from _gpu_machines(workload)
    elif ec2_provider(workload) is None:
        key = "capacityProvider" if workload.architecture == "amd64" else "armCapacityProvider"
        hint = f"use launchType: FARGATE, or ask the platform team for platforms.ecs.ec2.{key}"
        message = f"the cluster has no {workload.architecture} machines"
        yield workload.finding("launch-type-not-offered", _LAUNCH_TYPE, message, hint)


def _gpu_machines(workload: Workload) -> Iterator[Finding]:
    wanted, ec2 = gpus(workload), platform(workload).ec2
    assert ec2 is not None
    if workload.architecture == "arm64":
        message = "GPUs are offered on amd64 machines only"
        yield workload.finding("arm64-gpu", ("architecture",), message, "say architecture: amd64")
        return
    known = ", ".join(sorted(ec2.gpu_types)) or "none"
    for part in workload.containers:
        gpu, path = part.resources.gpu, (*part.path, "resources", "gpu", "type")
        if gpu is None:
            continue
        if gpu.type != wanted[0].type:
            message = f"a task runs on one machine: it cannot have {wanted[0].type} and {gpu.type}"
            yield workload.finding("gpu-types-differ", path, message, f"ask for {wanted[0].type} here too")
        elif gpu.type not in ec2.gpu_types:
            message = f"no capacity provider has {gpu.type}"
            hint = f"known here: {known}; others are added under platforms.ecs.ec2.gpuTypes"
            yield workload.finding("gpu-type-not-offered", path, message, hint)

"""What an environment allows at most, held against what a workload asks for."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.workload import Path, Workload
from modelyard.spec.container import Resources
from modelyard.values import Cpu, Memory

_HINT = "ask for less, or ask the platform team to raise limits in environments/{}/environment.yaml"


def check_limits(workload: Workload) -> Iterator[Finding]:
    """One finding for each limit that is passed."""
    for path, message in _passed(workload):
        yield workload.finding("over-limit", path, message, _HINT.format(workload.place.environment))


def _passed(workload: Workload) -> Iterator[tuple[Path, str]]:
    limits = workload.place.spec.limits
    parts = list(_parts(workload))
    one = len(workload.containers) == 1
    cpu = Cpu(sum(resources.cpu.millicores for _, resources in parts))
    if limits.cpu is not None and cpu > limits.cpu:
        path: Path = ("resources", "cpu") if one else ("containers",)
        yield path, f"{cpu} CPU is more than the {limits.cpu} allowed{_counted(workload)}"
    memory = Memory(sum(resources.memory.bytes for _, resources in parts))
    if limits.memory is not None and memory > limits.memory:
        path = ("resources", "memory") if one else ("containers",)
        yield path, f"{memory} of memory is more than the {limits.memory} allowed{_counted(workload)}"
    if (
        workload.service is not None
        and limits.replicas is not None
        and workload.service.scaling.max > limits.replicas
    ):
        yield (
            ("scaling", "max"),
            f"{workload.service.scaling.max} replicas are more than the {limits.replicas} allowed",
        )
    gpus = 0
    for where, resources in parts:
        gpu, path = resources.gpu, (*where, "resources", "gpu")
        if gpu is None:
            continue
        gpus += gpu.count
        if limits.gpu_count is not None and gpus > limits.gpu_count >= gpus - gpu.count:
            yield (*path, "count"), f"{gpus} GPUs are more than the {limits.gpu_count} allowed"
        if limits.gpu_types is not None and gpu.type not in limits.gpu_types:
            allowed = ", ".join(limits.gpu_types) or "none"
            yield (*path, "type"), f"{gpu.type} is not one of the GPUs allowed ({allowed})"
    for target in workload.settings:
        if limits.targets is not None and target not in limits.targets:
            allowed = ", ".join(limits.targets) or "none"
            yield ("targets", target), f"{target} is not one of the targets allowed ({allowed})"


def _parts(workload: Workload) -> Iterator[tuple[Path, Resources]]:
    """A replica is the model's containers and what stands beside them."""
    for container in workload.containers:
        yield container.path, container.resources
    for sidecar in workload.sidecars:
        yield sidecar.path, sidecar.spec.resources


def _counted(workload: Workload) -> str:
    return ", with its sidecars" if workload.sidecars else ""

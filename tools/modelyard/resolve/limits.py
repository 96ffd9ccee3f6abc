"""What an environment allows at most, held against what a workload asks for."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.workload import Path, Workload
from modelyard.values import Cpu, Memory

_HINT = "ask for less, or ask the platform team to raise limits in environments/{}/environment.yaml"


def check_limits(workload: Workload) -> Iterator[Finding]:
    """One finding for each limit that is passed."""
    for path, message in _passed(workload):
        yield workload.finding("over-limit", path, message, _HINT.format(workload.place.environment))


def _passed(workload: Workload) -> Iterator[tuple[Path, str]]:
    limits = workload.place.spec.limits
    parts = workload.containers
    largest: Path = (*parts[0].path, "resources") if len(parts) == 1 else ("containers",)
    cpu = Cpu(sum(part.resources.cpu.millicores for part in parts))
    if limits.cpu is not None and cpu > limits.cpu:
        yield (*largest, "cpu"), f"{cpu} CPU is more than the {limits.cpu} allowed"
    memory = Memory(sum(part.resources.memory.bytes for part in parts))
    if limits.memory is not None and memory > limits.memory:
        yield (*largest, "memory"), f"{memory} of memory is more than the {limits.memory} allowed"
    if workload.service is not None and limits.replicas is not None and workload.service.scaling.max > limits.replicas:
        yield ("scaling", "max"), f"{workload.service.scaling.max} replicas are more than the {limits.replicas} allowed"
    for part in parts:
        gpu, path = part.resources.gpu, (*part.path, "resources", "gpu")
        if gpu is None:
            continue
        if limits.gpu_count is not None and gpu.count > limits.gpu_count:
            yield (*path, "count"), f"{gpu.count} GPUs are more than the {limits.gpu_count} allowed"
        if limits.gpu_types is not None and gpu.type not in limits.gpu_types:
            allowed = ", ".join(limits.gpu_types) or "none"
            yield (*path, "type"), f"{gpu.type} is not one of the GPUs allowed ({allowed})"
    for target in workload.settings:
        if limits.targets is not None and target not in limits.targets:
            yield ("targets", target), f"{target} is not one of the targets allowed ({', '.join(limits.targets)})"

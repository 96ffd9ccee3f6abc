"""Whether the cluster has the compute, and the GPUs, that a model asks for."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.findings.nearest import did_you_mean
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.pod import gpu_types

_SETTINGS = ("targets", "kubernetes")


def check_compute(context: Context) -> Iterator[Finding]:
    """Compute, capacity, GPUs."""
    workload, platform = context.workload, context.platform
    if context.compute not in platform.compute:
        offered = " or ".join(platform.compute)
        message = f"the cluster {platform.cluster} does not offer {context.compute}"
        yield workload.finding("compute-not-offered", (*_SETTINGS, "compute"), message, f"choose {offered}")
    if context.settings.capacity is not None and context.compute != "karpenter":
        message = f"capacity is for Karpenter, and the model runs on {context.compute}"
        hint = "set compute: karpenter, or remove capacity"
        yield workload.finding("capacity-without-karpenter", (*_SETTINGS, "capacity"), message, hint)
    if not context.on_fargate:  # there it is one finding, that no GPU exists at all
        yield from _gpus(context)


def _gpus(context: Context) -> Iterator[Finding]:
    workload = context.workload
    kinds = gpu_types(context)
    for container in workload.containers:
        gpu, path = container.resources.gpu, (*container.path, "resources", "gpu", "type")
        if gpu is None:
            continue
        if gpu.type not in context.platform.gpu:
            hint = (
                did_you_mean(gpu.type, context.platform.gpu)
                or "ask the platform team to add it under platforms.kubernetes.gpu"
            )
            message = f"the cluster {context.platform.cluster} has no {gpu.type}"
            yield workload.finding("gpu-not-offered", path, message, hint)
        elif gpu.type != kinds[0]:
            message = f"{kinds[0]} and {gpu.type} are never on one node, and a pod runs on one"
            yield workload.finding(
                "gpu-types-differ", path, message, f"use {kinds[0]}, or make it a model of its own"
            )

"""What Kubernetes makes of a manifest's values, for ``tools/explain``."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.workload import Workload
from modelyard.targets.api import Derived
from modelyard.targets.kubernetes import fargate
from modelyard.targets.kubernetes.config import config_name, secret_name, variables
from modelyard.targets.kubernetes.context import Context, context_of
from modelyard.targets.kubernetes.pod import node_selector
from modelyard.targets.kubernetes.probes import grace_seconds
from modelyard.targets.kubernetes.resources import pod_size


def explain(workload: Workload) -> Iterator[Derived]:
    """Names, sizes and places that no manifest says."""
    context = context_of(workload)
    platform = context.platform
    yield Derived(
        "cluster", f"{platform.cluster}/{context.namespace}", f"EKS {platform.version}, from the environment"
    )
    yield from _sizes(context)
    selected = ", ".join(f"{key}={value}" for key, value in node_selector(context).items())
    yield Derived("nodeSelector", selected, "architecture, compute and GPU type")
    yield Derived("serviceAccount", context.name, "the model's name")
    if context.role:
        yield Derived(
            "role", context.role, f"{context.identity}, for {len(context.statements)} IAM statements"
        )
    else:
        yield Derived("role", "none", "nothing is declared that needs AWS")
    for container in workload.containers:
        name = config_name(context, container.name, variables(context, container))
        yield Derived(f"configMap.{container.name}", name, "a hash of its variables")
    if workload.secrets:
        yield Derived("secret", secret_name(context), "a hash of the references")
    yield Derived(
        "terminationGracePeriodSeconds", str(grace_seconds(context)), "preStop, the longest drain, a margin"
    )


def _sizes(context: Context) -> Iterator[Derived]:
    size = pod_size(context)
    total = f"{size.cpu} CPU, {size.memory} memory, {size.disk} disk"
    yield Derived("podSize", total, "the greater of init containers and of what runs together")
    if context.on_fargate:
        found = fargate.provisioned(size)
        value = f"{found.cpu} vCPU, {found.memory}" if found is not None else "none"
        yield Derived("fargateSize", value, "256Mi are added, and the next size is taken")

"""The combinations that Kubernetes, EKS or this cluster cannot carry, each at the field that must change."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.workload import Workload
from modelyard.targets.kubernetes.checks.cluster import check_cluster
from modelyard.targets.kubernetes.checks.compute import check_compute
from modelyard.targets.kubernetes.checks.on_fargate import check_fargate
from modelyard.targets.kubernetes.checks.parts import check_parts
from modelyard.targets.kubernetes.checks.rollout import check_rollout
from modelyard.targets.kubernetes.context import context_of


def check(workload: Workload) -> Iterator[Finding]:
    """Every finding about one workload."""
    context = context_of(workload)
    yield from check_compute(context)
    if context.on_fargate:
        yield from check_fargate(context)
    yield from check_cluster(context)
    yield from check_parts(context)
    yield from check_rollout(context)


__all__ = ["check"]

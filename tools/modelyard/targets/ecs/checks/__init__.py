"""What ECS refuses, or would carry out otherwise than the manifest means it: one finding for each."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.workload import Workload
from modelyard.targets.ecs.checks import capacity, parts, routing, storage


def check(workload: Workload) -> Iterator[Finding]:
    """Every finding about a workload on ECS."""
    if workload.place.vpc is None:
        hint = f"ask the platform team to add vpc to {workload.place.region}, or narrow `regions`"
        yield workload.finding(
            "no-vpc", ("targets", "ecs"), "tasks need a network, and the region has none", hint
        )
    yield from capacity.check(workload)
    yield from storage.check(workload)
    yield from parts.check(workload)
    yield from routing.check(workload)

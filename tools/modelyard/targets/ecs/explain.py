"""What ECS makes of a manifest, for ``tools/explain``."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.workload import Workload
from modelyard.targets.api import Derived
from modelyard.targets.ecs.balancer import host, route
from modelyard.targets.ecs.capacity import (
    DEFAULT_DISK,
    TaskSize,
    asked_size,
    disk,
    ec2_provider,
    on_fargate,
    smallest_fargate_size,
)
from modelyard.targets.ecs.names import log_group, role_name, settings


def explain(workload: Workload) -> Iterator[Derived]:
    """Sizes, places and names."""
    yield Derived("family", workload.full_name, "environment and model")
    yield from _size(workload)
    yield Derived("logGroup", log_group(workload), f"kept for {workload.place.log_retention_days} days")
    for purpose, reason in _roles(workload):
        yield Derived(f"role.{purpose}", role_name(workload, purpose), reason)
    routed = route(workload)
    if routed is not None:
        name = host(workload, routed) or "any host"
        yield Derived("route", f"{name}{routed.rule.path or '/*'}", f"listener rule {routed.rule.priority}")
    if workload.job is not None and workload.job.schedule is not None:
        schedule = workload.job.schedule
        yield Derived("schedule", schedule.cron.eventbridge, f"{schedule.cron} in {schedule.timezone}")


def _shown(size: TaskSize) -> str:
    return f"{size.cpu / 1024:g} vCPU, {size.memory / 1024:g} GiB"


def _size(workload: Workload) -> Iterator[Derived]:
    asked = asked_size(workload)
    if not on_fargate(workload):
        yield Derived("taskSize", _shown(asked), "the sum of all containers")
        yield Derived("capacityProvider", ec2_provider(workload) or "none", "architecture and kind of GPU")
        return
    size = smallest_fargate_size(asked)
    chosen = _shown(size) if size is not None else "none"
    yield Derived(
        "fargateSize", chosen, f"the smallest that holds {_shown(asked)}, the sum of all containers"
    )
    yield Derived("capacityProvider", settings(workload).launch_type, "launchType")
    storage = max(disk(workload), DEFAULT_DISK)
    yield Derived("disk", f"{storage} GiB", f"{DEFAULT_DISK} GiB, or more for storage, scratch and weights")


def _roles(workload: Workload) -> Iterator[tuple[str, str]]:
    yield "task", "what the model may do"
    yield "exec", "what ECS does to start it"
    if workload.job is not None:
        yield "run", "runs the task and watches it"
        if workload.job.schedule is not None:
            yield "schedule", "starts a run"

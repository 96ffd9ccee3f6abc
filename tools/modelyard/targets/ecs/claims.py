"""What a workload has of its account and of the load balancer, and no other may have."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.workload import Workload
from modelyard.targets.api import Claim
from modelyard.targets.ecs.balancer import host, route


def claims(workload: Workload) -> Iterator[Claim]:
    """The listener rule's priority, and what it matches: of two equal rules the second gets nothing."""
    place = workload.place
    yield Claim(f"the name {workload.full_name} of {place.account}/{place.region} on ECS", ("name",))
    routed = route(workload)
    if routed is None:
        return
    listener, path = routed.balancer.listener_arn, ("targets", "ecs", "loadBalancer")
    yield Claim(f"priority {routed.rule.priority} of {listener}", (*path, "priority"))
    address = f"{host(workload, routed) or '*'}{routed.rule.path or '/*'}"
    yield Claim(f"{address} on {listener}", path)

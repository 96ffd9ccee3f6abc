"""Behind a load balancer: the target group and the listener rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelyard.resolve.workload import Workload
from modelyard.spec.container import Serve
from modelyard.targets.ecs.names import platform, settings, stack_tags
from modelyard.targets.ecs.platform import LoadBalancer
from modelyard.targets.ecs.settings import Route

# Values of all conditions of one listener rule together.
CONDITION_VALUES = 5
EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class Routed:
    """A route with the load balancer that it is on, and the container that answers."""

    rule: Route
    balancer: LoadBalancer
    serve: Serve


def route(workload: Workload) -> Routed | None:
    """Where the workload is put behind a load balancer, and the environment has one."""
    rule, balancer, serve = (
        settings(workload).load_balancer,
        platform(workload).load_balancer,
        workload.primary.serve,
    )
    if workload.service is None or rule is None or balancer is None or serve is None:
        return None
    return Routed(rule, balancer, serve)


def host(workload: Workload, routed: Routed) -> str:
    """The host that it answers for; empty where the environment has no domain."""
    domain = routed.balancer.domain
    return f"{routed.rule.host or workload.model}.{domain}" if domain is not None else ""


def conditions(workload: Workload, routed: Routed) -> list[dict[str, Any]]:
    """The listener rule's conditions: host, path, and the clients that the manifest names."""
    found: list[dict[str, Any]] = []
    name = host(workload, routed)
    if name:
        found.append({"Field": "host-header", "HostHeaderConfig": {"Values": [name]}})
    if routed.rule.path is not None:
        found.append({"Field": "path-pattern", "PathPatternConfig": {"Values": [routed.rule.path]}})
    clients = sorted({peer.cidr for peer in workload.network.allow_from if peer.cidr is not None})
    if clients and EVERYWHERE not in clients:
        found.append({"Field": "source-ip", "SourceIpConfig": {"Values": clients}})
    return found


def listener_rule(workload: Workload, routed: Routed) -> dict[str, Any]:
    """What sends requests to the target group."""
    return {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": str(routed.balancer.listener_arn),
            "Priority": routed.rule.priority,
            "Conditions": conditions(workload, routed),
            "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}],
        },
    }


def target_group(workload: Workload, routed: Routed) -> dict[str, Any]:
    """The replicas. CloudFormation names it: a name of ours could not be replaced in place."""
    serve = routed.serve
    return {
        "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
        "Properties": {
            "TargetType": "ip",
            "VpcId": workload.place.vpc.id if workload.place.vpc is not None else "",
            "Protocol": "HTTP",
            "ProtocolVersion": "HTTP1",
            "Port": serve.port,
            "HealthCheckProtocol": "HTTP",
            "HealthCheckPath": serve.ping,
            "HealthCheckIntervalSeconds": 15,
            "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 2,
            "UnhealthyThresholdCount": 3,
            "Matcher": {"HttpCode": "200"},
            "TargetGroupAttributes": [
                {"Key": "deregistration_delay.timeout_seconds", "Value": str(serve.drain.seconds)},
                # Inference takes unequal time: the replica with the least to do is the one to ask.
                {"Key": "load_balancing.algorithm.type", "Value": "least_outstanding_requests"},
            ],
            "Tags": stack_tags(workload),
        },
    }

"""Application Auto Scaling: replicas follow the load."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.resolve.workload import Workload
from modelyard.spec.manifest import Scaling, Service
from modelyard.targets.ecs.balancer import Routed, route
from modelyard.targets.ecs.names import platform

_DIMENSION = {"ScalableDimension": "ecs:service:DesiredCount", "ServiceNamespace": "ecs"}


def scales(manifest: Service) -> bool:
    """Whether the number of replicas changes at all."""
    return manifest.scaling.max > manifest.scaling.min


def scaling_resources(workload: Workload, manifest: Service) -> Iterator[tuple[str, dict[str, Any]]]:
    """The scalable target and one policy for each thing to keep; the highest demand wins."""
    if not scales(manifest):
        return
    scaling, routed = manifest.scaling, route(workload)
    yield "ScalableTarget", _target(workload, scaling)
    if scaling.cpu is not None:
        metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
        yield "ScaleOnCpu", _policy("cpu", scaling, scaling.cpu, metric)
    if scaling.memory is not None:
        metric = {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"}
        yield "ScaleOnMemory", _policy("memory", scaling, scaling.memory, metric)
    if scaling.requests is not None and routed is not None:
        policy = _policy("requests", scaling, scaling.requests, _requests_metric(routed))
        # The metric is refused until the target group is on the load balancer.
        yield "ScaleOnRequests", {"Type": policy["Type"], "DependsOn": ["ListenerRule"], **policy}


def _target(workload: Workload, scaling: Scaling) -> dict[str, Any]:
    resource = ["service", platform(workload).cluster, {"Fn::GetAtt": ["Service", "Name"]}]
    return {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "Properties": {
            **_DIMENSION,
            "ResourceId": {"Fn::Join": ["/", resource]},
            "MinCapacity": scaling.min,
            "MaxCapacity": scaling.max,
        },
    }


def _policy(name: str, scaling: Scaling, value: int, metric: dict[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
        "Properties": {
            "PolicyName": name,
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": {"Ref": "ScalableTarget"},
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": metric,
                "TargetValue": value,
                "ScaleOutCooldown": scaling.scale_out_cooldown.seconds,
                "ScaleInCooldown": scaling.scale_in_cooldown.seconds,
            },
        },
    }


def _requests_metric(routed: Routed) -> dict[str, Any]:
    label = [routed.balancer.full_name, {"Fn::GetAtt": ["TargetGroup", "TargetGroupFullName"]}]
    return {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": {"Fn::Join": ["/", label]}}

"""The service: how many replicas run, where, and how a new version replaces the old one."""

from __future__ import annotations

from typing import Any

from modelyard.resolve.workload import Workload
from modelyard.spec.manifest import Service
from modelyard.targets.ecs.alarms import DEPLOYMENT_ALARMS
from modelyard.targets.ecs.balancer import route
from modelyard.targets.ecs.capacity import placement
from modelyard.targets.ecs.names import cluster_arn, settings, stack_tags
from modelyard.targets.ecs.network import awsvpc
from modelyard.targets.ecs.scaling import scales
from modelyard.targets.ecs.volumes import block_devices


def service(workload: Workload, manifest: Service) -> dict[str, Any]:
    """AWS::ECS::Service. Where it scales, the count is left to the scaling: a number here would undo it."""
    routed, said = route(workload), settings(workload)
    depends = ["ListenerRule"] if routed is not None else []
    serve = workload.primary.serve
    devices = block_devices(workload)
    return {
        "Type": "AWS::ECS::Service",
        **({"DependsOn": depends} if depends else {}),
        "Properties": {
            "ServiceName": workload.full_name,
            "Cluster": cluster_arn(workload),
            "TaskDefinition": {"Ref": "TaskDefinition"},
            **({} if scales(manifest) else {"DesiredCount": manifest.scaling.min}),
            **placement(workload),
            "NetworkConfiguration": awsvpc(workload),
            **({"VolumeConfigurations": devices} if devices else {}),
            **(_load_balancers(workload) if routed is not None else {}),
            **({"HealthCheckGracePeriodSeconds": serve.startup.seconds} if serve is not None else {}),
            "DeploymentController": {"Type": "ECS"},
            "DeploymentConfiguration": _deployment(workload),
            # A zone is left before its replacement runs elsewhere: that takes room for one more.
            "AvailabilityZoneRebalancing": "ENABLED" if said.deployment.max_percent > 100 else "DISABLED",
            "EnableExecuteCommand": said.exec,
            "EnableECSManagedTags": True,
            "PropagateTags": "SERVICE",
            "Tags": stack_tags(workload),
        },
    }


def _load_balancers(workload: Workload) -> dict[str, Any]:
    primary = workload.primary
    port = primary.serve.port if primary.serve is not None else 0
    targets = {"ContainerName": primary.name, "ContainerPort": port, "TargetGroupArn": {"Ref": "TargetGroup"}}
    return {"LoadBalancers": [targets]}


def _deployment(workload: Workload) -> dict[str, Any]:
    said = settings(workload).deployment
    config: dict[str, Any] = {
        "Strategy": "ROLLING",
        "MinimumHealthyPercent": said.min_healthy_percent,
        "MaximumPercent": said.max_percent,
        "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
    }
    if route(workload) is not None:
        names = [{"Ref": alarm} for alarm in DEPLOYMENT_ALARMS]
        config["Alarms"] = {"Enable": True, "Rollback": True, "AlarmNames": names}
    return config

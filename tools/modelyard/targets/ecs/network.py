"""The task's security group: exactly the connections that are declared, in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelyard.resolve.workload import Workload
from modelyard.spec.environment import Vpc
from modelyard.targets.ecs.balancer import route
from modelyard.targets.ecs.names import platform, stack_tags

HTTPS, NFS = 443, 2049


def vpc(workload: Workload) -> Vpc:
    """The region's network; ``check`` reports a region without one."""
    found = workload.place.vpc
    assert found is not None
    return found


def security_group(workload: Workload) -> dict[str, Any]:
    """The task's own; DNS and the task's metadata need no rule: no security group filters them."""
    return {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": f"Tasks of {workload.full_name}",
            "VpcId": vpc(workload).id,
            **_present("SecurityGroupIngress", list(_ingress(workload))),
            "SecurityGroupEgress": list(_egress(workload)),
            "Tags": stack_tags(workload),
        },
    }


def awsvpc(workload: Workload) -> dict[str, Any]:
    """The ``NetworkConfiguration`` of a service; of a run too, with the group's id put in by name."""
    return {
        "AwsvpcConfiguration": {
            "Subnets": list(vpc(workload).subnets),
            "SecurityGroups": [{"Fn::GetAtt": ["SecurityGroup", "GroupId"]}],
            "AssignPublicIp": "DISABLED",
        }
    }


def _present(key: str, value: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value} if value else {}


def _rule(port: int, protocol: str, peer: dict[str, str], description: str) -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": port, **peer, "Description": description}


def _ingress(workload: Workload) -> Iterator[dict[str, Any]]:
    serve = workload.primary.serve
    if workload.service is None or serve is None:
        return
    routed = route(workload)
    if routed is not None:
        # Clients come through the load balancer, whose rule knows who may.
        peer = {"SourceSecurityGroupId": routed.balancer.security_group}
        yield _rule(serve.port, "tcp", peer, "The load balancer")
        return
    named = [peer.cidr for peer in workload.network.allow_from if peer.cidr is not None]
    for cidr in sorted(set(named or [vpc(workload).cidr])):
        yield _rule(serve.port, "tcp", {"CidrIp": cidr}, "Clients" if named else "The VPC")


def _egress(workload: Workload) -> Iterator[dict[str, Any]]:
    for cidr in sorted(set(vpc(workload).aws_apis)):
        yield _rule(HTTPS, "tcp", {"CidrIp": cidr}, "AWS APIs")
    prefix_list = platform(workload).s3_prefix_list
    if prefix_list is not None:
        yield _rule(HTTPS, "tcp", {"DestinationPrefixListId": prefix_list}, "S3")
    if any(volume.kind == "efs" for volume in workload.volumes):
        yield _rule(NFS, "tcp", {"CidrIp": vpc(workload).cidr}, "Shared file systems")
    declared = {(item.cidr, item.port, item.protocol.lower()) for item in workload.network.allow_to}
    for cidr, port, protocol in sorted(declared):
        yield _rule(port, protocol, {"CidrIp": cidr}, "Declared by the model")

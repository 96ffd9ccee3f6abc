"""A task that has an address on the internet."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.ecs._shared import body, pick, spelled, value_at
from modelyard.subjects.facts import EcsService

_KEYS = ("networkConfiguration", "awsvpcConfiguration", "assignPublicIp")


def check(service: EcsService, context: Context) -> Iterator[Problem]:
    """Speaks of AssignPublicIp ENABLED; a template that does not say it means DISABLED."""
    value = value_at(service.document, body(service))
    for key in _KEYS:
        value = pick(value, key)[1]
    if value == "ENABLED":
        path = spelled(service.document, body(service), *_KEYS)
        yield Problem(path, f"tasks of {service.name or 'the service'} get public addresses")


RULE = Rule(
    id="task-with-public-address",
    level=Level.MEDIUM,
    summary="A service gives its tasks public addresses.",
    why="The model is one security group away from the internet, beside its load balancer.",
    fix="Set AssignPublicIp to DISABLED; use private subnets with a NAT gateway or VPC endpoints.",
    subject=EcsService,
    check=check,
    source="AWS CloudFormation Template Reference: AWS::ECS::Service AwsVpcConfiguration",
)

"""The two roles of a task: what the model may do, and what ECS may do to start it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modelyard.resolve.workload import PolicyStatement, Workload
from modelyard.targets.ecs.collector import collector
from modelyard.targets.ecs.logs import routes_to_group
from modelyard.targets.ecs.names import platform, role_name, settings, stack_tags
from modelyard.targets.ecs.prepare import is_needed

_ECR = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([^:@]+)")
_LOG_ARN = {"Fn::GetAtt": ["LogGroup", "Arn"]}
_WRITE_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
_SHELL = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def role(
    workload: Workload,
    purpose: str,
    description: str,
    trust: dict[str, Any],
    statements: list[dict[str, Any]],
) -> dict[str, Any]:
    """A role with one inline policy, bounded where the environment says so."""
    boundary = platform(workload).permissions_boundary
    policy = {"Version": "2012-10-17", "Statement": statements}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": role_name(workload, purpose),
            "Description": description,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            **({"PermissionsBoundary": str(boundary)} if boundary is not None else {}),
            **({"Policies": [{"PolicyName": purpose, "PolicyDocument": policy}]} if statements else {}),
            "Tags": stack_tags(workload),
        },
    }


def trust(workload: Workload, service: str, source: str) -> dict[str, Any]:
    """Who may take a role on: one service, and only on behalf of ``source`` in this account."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {"aws:SourceArn": source},
            "StringEquals": {"aws:SourceAccount": workload.place.account},
        },
    }


def allow(
    sid: str, actions: tuple[str, ...], resources: Any, condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One statement of a policy."""
    statement = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}
    return {**statement, "Condition": condition} if condition is not None else statement


def task_role(workload: Workload) -> dict[str, Any]:
    """What the model's own code may do: what the manifest declares, and what its sidecars need."""
    description = f"What {workload.model} may do in {workload.place.environment}"
    return role(workload, "task", description, _tasks_trust(workload), list(_task_statements(workload)))


def execution_role(workload: Workload) -> dict[str, Any]:
    """What ECS does before the model starts: pull its images, read its secrets, write its logs."""
    description = f"What Amazon ECS does to start {workload.model} in {workload.place.environment}"
    return role(workload, "exec", description, _tasks_trust(workload), list(_execution_statements(workload)))


def _tasks_trust(workload: Workload) -> dict[str, Any]:
    return trust(workload, "ecs-tasks.amazonaws.com", workload.place.arn("ecs", "*"))


def _declared(statement: PolicyStatement) -> dict[str, Any]:
    return allow(statement.sid, statement.actions, list(statement.resources))


def _task_statements(workload: Workload) -> Iterator[dict[str, Any]]:
    yield from map(_declared, workload.statements)
    for volume in workload.volumes:
        if volume.kind == "efs":
            place = workload.place
            actions = ("elasticfilesystem:ClientMount",) + (
                () if volume.read_only else ("elasticfilesystem:ClientWrite",)
            )
            point = place.arn("elasticfilesystem", f"access-point/{volume.access_point}")
            through = {"StringEquals": {"elasticfilesystem:AccessPointArn": point}}
            sid = "Mount" + "".join(word.capitalize() for word in volume.name.split("-"))
            yield allow(
                sid, actions, place.arn("elasticfilesystem", f"file-system/{volume.file_system}"), through
            )
    if collector(workload) is not None:
        yield allow("SendTraces", ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), "*")
    if collector(workload) is not None or routes_to_group(workload):
        yield allow("WriteLogs", _WRITE_LOGS, _LOG_ARN)
    if settings(workload).exec:
        yield allow("OpenShell", _SHELL, "*")


def _execution_statements(workload: Workload) -> Iterator[dict[str, Any]]:
    repositories = sorted(set(_repositories(workload)))
    if repositories:
        yield allow("LogInToRegistry", ("ecr:GetAuthorizationToken",), "*")
        yield allow("PullImages", _PULL, repositories)
    yield allow("WriteLogs", _WRITE_LOGS, _LOG_ARN)
    # Secrets Manager adds a dash and six characters to every name.
    secrets = [f"{item.arn}-??????" for item in workload.secrets if item.store == "secretsmanager"]
    parameters = [item.arn for item in workload.secrets if item.store == "ssm"]
    if secrets:
        yield allow("ReadSecrets", ("secretsmanager:GetSecretValue",), secrets)
    if parameters:
        yield allow("ReadParameters", ("ssm:GetParameters",), parameters)
    key = platform(workload).secrets_key
    if key is not None and workload.secrets:
        yield allow("DecryptSecrets", ("kms:Decrypt",), [str(key)])


def _repositories(workload: Workload) -> Iterator[str]:
    images = [part.image for part in workload.containers] + [part.image for part in workload.sidecars]
    for image in [*images, workload.fetcher_image] if is_needed(workload) else images:
        match = _ECR.match(image)
        if match is not None:
            account, region, name = match.groups()
            yield f"arn:{workload.place.partition}:ecr:{region}:{account}:repository/{name}"

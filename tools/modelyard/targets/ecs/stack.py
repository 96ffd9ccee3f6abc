"""The CloudFormation stack, built as data with long-form intrinsic functions."""

from __future__ import annotations

from typing import Any

from modelyard.resolve.workload import Workload
from modelyard.targets.ecs.alarms import service_alarms
from modelyard.targets.ecs.balancer import Routed, host, listener_rule, route, target_group
from modelyard.targets.ecs.job import job_resources, state_machine_arn
from modelyard.targets.ecs.names import log_group, platform, settings, stack_tags
from modelyard.targets.ecs.network import security_group
from modelyard.targets.ecs.roles import execution_role, task_role
from modelyard.targets.ecs.scaling import scaling_resources
from modelyard.targets.ecs.service import service
from modelyard.targets.ecs.task_definition import stack_properties


def stack(workload: Workload, definition: dict[str, Any]) -> dict[str, Any]:
    """The template. ``definition`` is what ``task_definition`` gave."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{workload.full_name} on Amazon ECS in {workload.place.region}",
        "Metadata": {"Modelyard": {"Deploy": deploy_command(workload)}},
        "Resources": _resources(workload, definition),
        "Outputs": _outputs(workload),
    }


def deploy_command(workload: Workload) -> str:
    """What creates or updates the stack, from the root of the repository."""
    return (
        f"aws cloudformation deploy --region {workload.place.region} --stack-name {workload.full_name}"
        f" --template-file {workload.output('ecs', 'stack.yaml')} --capabilities CAPABILITY_NAMED_IAM"
        f" --no-fail-on-empty-changeset"
    )


def _resources(workload: Workload, definition: dict[str, Any]) -> dict[str, Any]:
    resources = {
        "LogGroup": _log_group(workload),
        "ExecutionRole": execution_role(workload),
        "TaskRole": task_role(workload),
        "SecurityGroup": security_group(workload),
        "TaskDefinition": {
            "Type": "AWS::ECS::TaskDefinition",
            # Containers name the group in plain text, as they do in the JSON.
            "DependsOn": ["LogGroup"],
            # Revisions of before stay registered: there is nothing to roll back to otherwise.
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Retain",
            "Properties": stack_properties(definition),
        },
    }
    if workload.job is not None:
        return {**resources, **dict(job_resources(workload, workload.job))}
    assert workload.service is not None
    routed = route(workload)
    return {
        **resources,
        **(_balanced(workload, routed) if routed is not None else {}),
        "Service": service(workload, workload.service),
        **dict(scaling_resources(workload, workload.service)),
        **dict(service_alarms(workload, workload.service)),
    }


def _balanced(workload: Workload, routed: Routed) -> dict[str, Any]:
    return {"TargetGroup": target_group(workload, routed), "ListenerRule": listener_rule(workload, routed)}


def _log_group(workload: Workload) -> dict[str, Any]:
    key = platform(workload).logs_key
    return {
        "Type": "AWS::Logs::LogGroup",
        # The logs of a model that is taken away are kept for as long as they were meant to be.
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "LogGroupName": log_group(workload),
            "RetentionInDays": workload.place.log_retention_days,
            **({"KmsKeyId": str(key)} if key is not None else {}),
            "Tags": stack_tags(workload),
        },
    }


def _outputs(workload: Workload) -> dict[str, Any]:
    outputs = {
        "TaskDefinition": _output("The revision that is running", {"Ref": "TaskDefinition"}),
        "LogGroup": _output("Where the logs are", {"Ref": "LogGroup"}),
        "Logs": _output(
            "Follows the logs",
            f"aws logs tail {log_group(workload)} --region {workload.place.region} --follow",
        ),
    }
    return {**outputs, **(_job_outputs(workload) if workload.job is not None else _service_outputs(workload))}


def _output(description: str, value: Any) -> dict[str, Any]:
    return {"Description": description, "Value": value}


def _job_outputs(workload: Workload) -> dict[str, Any]:
    command = (
        f"aws stepfunctions start-execution --region {workload.place.region}"
        f" --state-machine-arn {state_machine_arn(workload)}"
    )
    return {"Run": _output("Starts a run", command)}


def _service_outputs(workload: Workload) -> dict[str, Any]:
    outputs = {"Service": _output("The service", {"Fn::GetAtt": ["Service", "Name"]})}
    routed = route(workload)
    if routed is not None and host(workload, routed):
        address = f"https://{host(workload, routed)}{routed.serve.predict}"
        outputs["Endpoint"] = _output("Where requests go", address)
    if settings(workload).exec:
        command = (
            f"aws ecs execute-command --region {workload.place.region} --cluster {platform(workload).cluster}"
            f" --container {workload.primary.name} --interactive --command sh --task TASK_ID"
        )
        outputs["Shell"] = _output("Opens a shell in a task", command)
    return outputs

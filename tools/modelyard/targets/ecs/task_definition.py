"""The task definition: one set of data, from which both the JSON and the stack are made."""

from __future__ import annotations

import functools
from typing import Any

from modelyard.emit import SEAL
from modelyard.resolve.workload import Workload
from modelyard.targets.ecs.capacity import DEFAULT_DISK, disk, on_fargate, task_size
from modelyard.targets.ecs.names import role_arn, tags
from modelyard.targets.ecs.parts import container_definitions
from modelyard.targets.ecs.volumes import task_volumes

SEAL_TAG = "modelyard.dev/seal"
_ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
# Mappings whose keys are data and not fields: CloudFormation keeps them as they are.
_VERBATIM = frozenset({"options", "dockerLabels"})
# Where CloudFormation's spelling is not the API's with a capital letter.
_SPELT_OTHERWISE = {
    "efsVolumeConfiguration": "EFSVolumeConfiguration",
    "fileSystemId": "FilesystemId",
    "iam": "IAM",
}


def task_definition(workload: Workload) -> dict[str, Any]:
    """What RegisterTaskDefinition takes."""
    size, fargate = task_size(workload), on_fargate(workload)
    volumes, storage = task_volumes(workload), disk(workload)
    return {
        "family": workload.full_name,
        "taskRoleArn": role_arn(workload, "task"),
        "executionRoleArn": role_arn(workload, "exec"),
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE" if fargate else "EC2"],
        "cpu": str(size.cpu),
        "memory": str(size.memory),
        "runtimePlatform": {
            "cpuArchitecture": _ARCHITECTURES[workload.architecture],
            "operatingSystemFamily": "LINUX",
        },
        **({"ephemeralStorage": {"sizeInGiB": storage}} if fargate and storage > DEFAULT_DISK else {}),
        **({"volumes": volumes} if volumes else {}),
        "containerDefinitions": container_definitions(workload),
        "tags": [{"key": key, "value": value} for key, value in tags(workload).items()],
    }


def sealed(definition: dict[str, Any]) -> dict[str, Any]:
    """The same with the tag that holds the file's seal: JSON has no comments."""
    return {**definition, "tags": [*definition["tags"], {"key": SEAL_TAG, "value": SEAL}]}


def stack_properties(definition: dict[str, Any]) -> dict[str, Any]:
    """The same as properties of AWS::ECS::TaskDefinition, with the stack's own roles."""
    properties: dict[str, Any] = _capitalised(definition)
    properties["TaskRoleArn"] = {"Fn::GetAtt": ["TaskRole", "Arn"]}
    properties["ExecutionRoleArn"] = {"Fn::GetAtt": ["ExecutionRole", "Arn"]}
    return properties


def _capitalised(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            _spelling(key): dict(item) if key in _VERBATIM else _capitalised(item)
            for key, item in value.items()
        }
    return [_capitalised(item) for item in value] if isinstance(value, list) else value


@functools.cache
def _spelling(key: str) -> str:
    """A member name of the API in CloudFormation's spelling; there are few, and each comes often."""
    return _SPELT_OTHERWISE.get(key) or key[0].upper() + key[1:]

"""The CloudFormation stack that holds a model's repositories.

Resource: docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from modelyard.artifact import Plain
from modelyard.resolve.workload import ImageBuild, Workload
from modelyard.targets.ecr.policies import lifecycle, pull
from modelyard.targets.ecr.settings import platform


def stack(workload: Workload, builds: tuple[ImageBuild, ...], prefix: str) -> dict[str, Plain]:
    """The template, with one repository for each image that is built."""
    resources = {
        logical_id(build.repository.partition("/")[2]): _repository(workload, f"{prefix}/{build.repository}")
        for build in builds
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Image repositories of the model {workload.model}",
        "Resources": resources,
    }


def logical_id(container: str) -> str:
    """``Repository`` and the container's name in capitals: ``gpu-vision`` gives ``RepositoryGpuVision``.

    A dash that no letter follows leaves no trace in capitals; such a name gets four hex digits of itself,
    so that ``gpu-1`` and ``gpu1`` differ. Nothing but the name decides: CloudFormation replaces a
    resource whose identifier changes.
    """
    words = container.split("-")
    traceless = any(not word[:1].isalpha() for word in words[1:])
    suffix = sha256(container.encode()).hexdigest()[:4] if traceless else ""
    return "Repository" + "".join(word.capitalize() for word in words) + suffix


def _repository(workload: Workload, name: str) -> dict[str, Plain]:
    """Kept when the stack goes or the resource is renamed: what runs elsewhere is pulled from here."""
    return {
        "Type": "AWS::ECR::Repository",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": _properties(workload, name),
    }


def _properties(workload: Workload, name: str) -> dict[str, Plain]:
    said = platform(workload)
    # A digest is what is deployed; that no tag ever moves makes the tag as good a name for people.
    properties: dict[str, Any] = {"RepositoryName": name, "ImageTagMutability": "IMMUTABLE"}
    if said.scan == "push":
        properties["ImageScanningConfiguration"] = {"ScanOnPush": True}
    properties["EncryptionConfiguration"] = (
        {"EncryptionType": "AES256"}
        if said.kms_key is None
        else {"EncryptionType": "KMS", "KmsKey": str(said.kms_key)}
    )
    properties["LifecyclePolicy"] = {"LifecyclePolicyText": lifecycle(said)}
    allowed = pull(workload)
    if allowed is not None:
        properties["RepositoryPolicyText"] = allowed
    properties["Tags"] = [{"Key": key, "Value": value} for key, value in _tags(workload)]
    return properties


def _tags(workload: Workload) -> list[tuple[str, str]]:
    own = {
        "modelyard.dev/model": workload.model,
        "modelyard.dev/owner": workload.owner,
        "modelyard.dev/source": workload.source,
    }
    return [*sorted(workload.labels.items()), *own.items()]

"""What a document is, by its path and by what it holds."""

from __future__ import annotations

import re
from typing import Any

from modelyard.subjects.document import Kind, Place

ours = "modelyard.dev/"
our_kinds: dict[str, Kind] = {
    "Service": "model",
    "Job": "model",
    "Release": "model",
    "Override": "model",
    "Environment": "environment",
    "BaseImages": "base-images",
}
compose_name = re.compile(r"(?:.*[.-])?(?:docker-)?compose(?:[.-].*)?\.ya?ml", re.IGNORECASE)
policy_versions = ("2012-10-17", "2008-10-17")
# Inputs of SageMaker's API: a document with all keys of any of these is one.
sagemaker_inputs = (
    frozenset({"ModelName", "PrimaryContainer"}),
    frozenset({"ModelName", "Containers"}),
    frozenset({"EndpointConfigName", "ProductionVariants"}),
    frozenset({"TrainingJobName", "AlgorithmSpecification"}),
    frozenset({"ProcessingJobName", "AppSpecification"}),
    frozenset({"InferenceSpecification"}),
    frozenset({"TransformJobName", "ModelName"}),
)


def place_of_path(path: str) -> Place:
    """Whose file it is, as the layout of the repository says."""
    steps = path.split("/")
    count = len(steps)
    if steps[0] == "environments" and count > 2:
        environment = steps[1]
        if steps[2] == "rendered" and count > 5:
            return Place(steps[3], environment, steps[4], steps[5] if count > 6 else "")
        if steps[2] in ("releases", "overrides") and count == 4:
            return Place(steps[3].rpartition(".")[0], environment)
        return Place("", environment)
    if steps[0] in ("models", "Dockerfiles") and count > 2:
        return Place(steps[1])
    return Place()


def kind_of(path: str, data: Any) -> Kind:
    """The kind of a YAML or JSON document."""
    name = path.rpartition("/")[2]
    if isinstance(data, dict):
        return of_mapping(path, name, data)
    if is_container_list(data):
        return "task-definition"
    if compose_name.fullmatch(name):
        return "compose"
    return "workflow" if in_workflows(path) else "other"


def of_mapping(path: str, name: str, data: dict[str, Any]) -> Kind:
    """The kind of a document that is a mapping."""
    version, kind = data.get("apiVersion"), data.get("kind")
    if isinstance(version, str) and version.startswith(ours):
        return our_kinds.get(kind, "other") if isinstance(kind, str) else "other"
    if in_workflows(path):
        return "workflow"
    if "apiVersion" in data or (isinstance(kind, str) and ("spec" in data or "items" in data)):
        return "kubernetes" if "kind" in data else "other"
    if is_template(data):
        return "cloudformation"
    if compose_name.fullmatch(name):
        return "compose"
    return of_content(name, data)


def of_content(name: str, data: dict[str, Any]) -> Kind:
    """The kind of a document whose path and header say nothing."""
    if "containerDefinitions" in data or "ContainerDefinitions" in data:
        return "task-definition"
    inner = data.get("taskDefinition")
    if isinstance(inner, dict) and "containerDefinitions" in inner:
        return "task-definition"
    if is_policy(data):
        return "iam-policy"
    if any(keys <= data.keys() for keys in sagemaker_inputs):
        return "sagemaker"
    if is_compose(data):
        return "compose"
    if "jobs" in data and "on" in data:
        return "workflow"
    runs = data.get("runs")
    if name in ("action.yml", "action.yaml") and isinstance(runs, dict) and "using" in runs:
        return "workflow"
    return "other"


def in_workflows(path: str) -> bool:
    return "/.github/workflows/" in f"/{path}" and path.endswith((".yml", ".yaml"))


def is_template(data: dict[str, Any]) -> bool:
    """Whether it is a template of CloudFormation; one without a version is known by its resources."""
    if "AWSTemplateFormatVersion" in data:
        return True
    resources = data.get("Resources")
    return isinstance(resources, dict) and any(
        isinstance(one, dict) and isinstance(one.get("Type"), str) and "::" in one["Type"]
        for one in resources.values()
    )


def is_policy(data: dict[str, Any]) -> bool:
    """Whether it is a policy document of IAM."""
    if "Statement" not in data:
        return False
    if data.get("Version") in policy_versions:
        return True
    statements = data["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    return any(isinstance(one, dict) and "Effect" in one for one in listed)


def is_compose(data: dict[str, Any]) -> bool:
    services = data.get("services")
    return isinstance(services, dict) and any(
        isinstance(one, dict) and ("image" in one or "build" in one) for one in services.values()
    )


def is_container_list(data: Any) -> bool:
    """Whether it is what `aws ecs register-task-definition --container-definitions` takes."""
    marks = {
        "essential",
        "portMappings",
        "logConfiguration",
        "mountPoints",
        "memoryReservation",
        "environment",
    }
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(one, dict) and "name" in one and "image" in one for one in data)
        and any(marks & one.keys() for one in data)
    )

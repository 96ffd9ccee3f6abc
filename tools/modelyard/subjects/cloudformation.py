"""Templates of CloudFormation: each resource is handed to the code that knows its kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from modelyard.subjects import ecs, sagemaker
from modelyard.subjects.document import Path
from modelyard.subjects.facts import EcrRepository, EcsService, Said
from modelyard.subjects.gathering import Gathering, describe, is_function, text_of
from modelyard.subjects.iam import add_policy
from modelyard.subjects.spelling import api

Properties = dict[str, Any]
variable = re.compile(r"\$\{([^!}][^}]*)\}")
Handler = Callable[[Gathering, str, Properties, Path], None]


def gather(gathering: Gathering) -> None:
    """The facts of every resource that any rule can know."""
    data = gathering.document.data
    if not isinstance(data, dict):
        gathering.wrong((), "", "a template", "a mapping", data)
        return
    parameters = gathering.mapping(data, "Parameters", (), "")
    for name, resource in gathering.mapping(data, "Resources", (), "").items():
        path: Path = ("Resources", name)
        if not isinstance(resource, dict):
            # Fn::ForEach makes resources by a list that is known to CloudFormation alone.
            gathering.malformed(path, name, f"a resource is to be a mapping, and is {describe(resource)}")
            continue
        kind = resource.get("Type")
        if not isinstance(kind, str):
            gathering.wrong((*path, "Type"), name, "Type", "a string", kind)
            continue
        handler = handlers.get(kind)
        if handler is not None:
            properties = gathering.mapping(resource, "Properties", path, name)
            handler(gathering, name, settle(properties, parameters), (*path, "Properties"))


def settle(value: Any, parameters: dict[str, Any]) -> Any:
    """The value with each parameter that has a default replaced by it, in Ref and in the text of Fn::Sub."""
    if not parameters:
        return value
    if type(value) is dict:
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref" and isinstance(argument, str):
                default = default_of(argument, parameters)
                return value if default is None else default
            if name == "Fn::Sub" and isinstance(argument, str):
                return {name: substituted(argument, parameters)}
        return {key: settle(inner, parameters) for key, inner in value.items()}
    if type(value) is list:
        return [settle(inner, parameters) for inner in value]
    return value


def substituted(text: str, parameters: dict[str, Any]) -> str:
    """The text of Fn::Sub with the defaults of parameters filled in."""

    def value(match: re.Match[str]) -> str:
        default = default_of(match[1].strip(), parameters)
        return match.group() if default is None else text_of(default)

    return variable.sub(value, text)


def default_of(name: str, parameters: dict[str, Any]) -> Any:
    """The default of a parameter; None where it has none that is its value."""
    parameter = parameters.get(name)
    return parameter["Default"] if isinstance(parameter, dict) and is_literal(parameter) else None


def is_literal(parameter: dict[str, Any]) -> bool:
    """Whether a parameter has a default that is its value, and not the name of one in the Parameter Store."""
    kind = parameter.get("Type")
    stored = isinstance(kind, str) and kind.startswith("AWS::SSM::Parameter::Value")
    return isinstance(parameter.get("Default"), (str, int, float)) and not stored


def task_definition(gathering: Gathering, name: str, properties: Properties, path: Path) -> None:
    ecs.add_task(gathering, api(properties), ecs.Spelled(path, capital=True), name)


def service(gathering: Gathering, name: str, properties: Properties, path: Path) -> None:
    value = properties.get("EnableExecuteCommand")
    gathering.add(
        EcsService(
            document=gathering.document,
            path=path,
            resource=name,
            name=text_of(properties.get("ServiceName")) or name,
            enable_execute_command=None if value is None else Said(value, (*path, "EnableExecuteCommand")),
        )
    )


def identity(gathering: Gathering, name: str, properties: Properties, path: Path) -> None:
    """Roles, users and groups: who may be it, and what it may do."""
    if "AssumeRolePolicyDocument" in properties:
        trust = properties["AssumeRolePolicyDocument"]
        add_policy(gathering, trust, (*path, "AssumeRolePolicyDocument"), name, "trust", "trust")
    number = 0
    for place, policy in gathering.mappings(properties, "Policies", path, name):
        if not is_function(policy):
            where = (*place, "PolicyDocument")
            document = policy.get("PolicyDocument")
            number = add_policy(gathering, document, where, name, "identity", "statement", number)


def identity_policy(gathering: Gathering, name: str, properties: Properties, path: Path) -> None:
    """Policies by themselves that are attached to roles, users or groups."""
    document = properties.get("PolicyDocument")
    add_policy(gathering, document, (*path, "PolicyDocument"), name, "identity", "statement")


def repository(gathering: Gathering, name: str, properties: Properties, path: Path) -> None:
    gathering.add(
        EcrRepository(
            document=gathering.document,
            path=path,
            resource=name,
            name=text_of(properties.get("RepositoryName")) or name,
            properties=properties,
        )
    )
    if "RepositoryPolicyText" in properties:
        resource_policy("RepositoryPolicyText")(gathering, name, properties, path)


def resource_policy(key: str) -> Handler:
    """The handler for a resource whose property ``key`` is the policy of who may use something."""

    def handle(gathering: Gathering, name: str, properties: Properties, path: Path) -> None:
        policy = properties.get(key)
        if policy is not None:
            add_policy(gathering, policy, (*path, key), name, "resource", "statement")

    return handle


handlers: dict[str, Handler] = {
    "AWS::ECS::TaskDefinition": task_definition,
    "AWS::ECS::Service": service,
    "AWS::IAM::Role": identity,
    "AWS::IAM::User": identity,
    "AWS::IAM::Group": identity,
    "AWS::IAM::Policy": identity_policy,
    "AWS::IAM::RolePolicy": identity_policy,
    "AWS::IAM::UserPolicy": identity_policy,
    "AWS::IAM::GroupPolicy": identity_policy,
    "AWS::IAM::ManagedPolicy": identity_policy,
    "AWS::ECR::Repository": repository,
    "AWS::ECR::RegistryPolicy": resource_policy("PolicyText"),
    "AWS::ECR::PublicRepository": resource_policy("RepositoryPolicyText"),
    "AWS::S3::BucketPolicy": resource_policy("PolicyDocument"),
    "AWS::S3::AccessPoint": resource_policy("Policy"),
    "AWS::KMS::Key": resource_policy("KeyPolicy"),
    "AWS::SNS::TopicPolicy": resource_policy("PolicyDocument"),
    "AWS::SNS::TopicInlinePolicy": resource_policy("PolicyDocument"),
    "AWS::SQS::QueuePolicy": resource_policy("PolicyDocument"),
    "AWS::SQS::QueueInlinePolicy": resource_policy("PolicyDocument"),
    "AWS::SecretsManager::ResourcePolicy": resource_policy("ResourcePolicy"),
    "AWS::Events::EventBusPolicy": resource_policy("Statement"),
    "AWS::EFS::FileSystem": resource_policy("FileSystemPolicy"),
    "AWS::EC2::VPCEndpoint": resource_policy("PolicyDocument"),
    "AWS::Logs::ResourcePolicy": resource_policy("PolicyDocument"),
    "AWS::SageMaker::Model": sagemaker.add_model,
    "AWS::SageMaker::ModelPackage": sagemaker.add_package,
}

"""Roles that two models use: the rule that no single document decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from modelyard.detections import Detection
from modelyard.findings import Location
from modelyard.rules.ecs._fleet import RoleUse, shared_roles, uses_of
from modelyard.subjects.extract import facts_of
from modelyard.subjects.reading import read_documents

REPOSITORY = Path(__file__).parents[2]
TASK = """
family: {family}
taskRoleArn: {task}
executionRoleArn: {execution}
containerDefinitions: [{{name: model, image: "iris:1", essential: true}}]
"""
ACCOUNT = "arn:aws:iam::111122223333:role/"


def task(model: str, role: str, execution: str = "", environment: str = "dev") -> tuple[str, str]:
    path = f"environments/{environment}/rendered/{model}/ecs/eu-west-1/task-definition.yaml"
    own = execution or f"{ACCOUNT}{model}-exec"
    return path, TASK.format(family=model, task=role, execution=own)


def uses(files: Mapping[str, str]) -> Iterator[RoleUse]:
    for path, text in files.items():
        for document in read_documents(path, text.encode()).documents:
            for fact in facts_of(document):
                yield from uses_of(fact)


def found(*files: tuple[str, str]) -> list[Detection]:
    def locate(use: RoleUse) -> Location:
        documents = read_documents(use.file, dict(files)[use.file].encode()).documents
        return documents[use.index].locate(use.path)

    return list(shared_roles(uses(dict(files)), locate))


def test_each_use_of_a_shared_role_is_named() -> None:
    one, two = found(task("iris", ACCOUNT + "models"), task("menus", ACCOUNT + "models"))
    assert (one.rule, one.model, one.evidence) == ("role-shared-between-models", "iris", "models")
    assert "used by menus too" in one.message
    assert one.location.path.startswith("environments/dev/rendered/iris/")
    assert one.location.line == 3
    assert (two.model, one.fingerprint == two.fingerprint) == ("menus", False)


def test_a_shared_execution_role_is_one_too() -> None:
    shared = ACCOUNT + "ecsTaskExecutionRole"
    found_ = found(task("iris", ACCOUNT + "iris", shared), task("menus", ACCOUNT + "menus", shared))
    assert {(one.model, one.location.line) for one in found_} == {("iris", 4), ("menus", 4)}


def test_one_model_may_use_its_role_in_many_places() -> None:
    assert found(task("iris", ACCOUNT + "iris"), task("iris", ACCOUNT + "iris", environment="staging")) == []


def test_roles_of_one_name_in_two_accounts_are_two() -> None:
    other = "arn:aws:iam::222233334444:role/models"
    assert found(task("iris", ACCOUNT + "models"), task("menus", other)) == []


def test_service_accounts_and_tasks_share_too() -> None:
    account = """
apiVersion: v1
kind: ServiceAccount
metadata:
  name: menus
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/models
"""
    path = "environments/dev/rendered/menus/kubernetes/eu-west-1/manifests.yaml"
    assert {one.model for one in found(task("iris", ACCOUNT + "models"), (path, account))} == {
        "iris",
        "menus",
    }


def test_roles_that_stacks_make_are_their_own() -> None:
    stack = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Association:
    Type: AWS::EKS::PodIdentityAssociation
    Properties: {ServiceAccount: one, RoleArn: !GetAtt Role.Arn}
"""
    paths = [
        f"environments/dev/rendered/{model}/kubernetes/eu-west-1/iam.yaml" for model in ("iris", "menus")
    ]
    assert found(*((path, stack) for path in paths)) == []


def test_named_roles_of_two_stacks_are_one_role() -> None:
    stack = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: models, AssumeRolePolicyDocument: {Statement: []}}}
  Association:
    Type: AWS::EKS::PodIdentityAssociation
    Properties: {ServiceAccount: one, RoleArn: !GetAtt Role.Arn}
"""
    paths = [
        f"environments/dev/rendered/{model}/kubernetes/eu-west-1/iam.yaml" for model in ("iris", "menus")
    ]
    assert len(found(*((path, stack) for path in paths))) == 2


def test_files_of_no_model_have_no_uses() -> None:
    text = task("iris", ACCOUNT + "models")[1]
    assert list(uses({"task-definition.yaml": text})) == []


def test_no_role_of_the_repository_is_shared() -> None:
    rendered = sorted(REPOSITORY.glob("environments/*/rendered/*/*/*/*"))
    files = {path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8") for path in rendered}
    everything = list(uses(files))
    assert len(everything) > 20
    assert list(shared_roles(everything, lambda use: Location(use.file))) == []

"""What AWS's own descriptions say of the rendered repositories: cfn-lint, the API's model, and a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from modelyard.targets.ecr.stack import logical_id
from tests.support.botocore_shapes import objections

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/golden/ecr/*/expected/environments/*/rendered/*/ecr", "environments/*/rendered/*/ecr")
STACKS = sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/*/repository.yaml"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def repositories(path: Path) -> list[dict[str, Any]]:
    resources = yaml.safe_load(path.read_text())["Resources"]
    assert {resource["DeletionPolicy"] for resource in resources.values()} == {"Retain"}
    return [resource["Properties"] for resource in resources.values()]


def calls(properties: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The API calls that CloudFormation makes of a repository."""
    name = properties["RepositoryName"]
    encryption = {
        key[0].lower() + key[1:]: value for key, value in properties["EncryptionConfiguration"].items()
    }
    create = {
        "repositoryName": name,
        "imageTagMutability": properties["ImageTagMutability"],
        "encryptionConfiguration": encryption,
        "tags": properties["Tags"],
    }
    if "ImageScanningConfiguration" in properties:
        create["imageScanningConfiguration"] = {
            "scanOnPush": properties["ImageScanningConfiguration"]["ScanOnPush"]
        }
    policy = properties["LifecyclePolicy"]["LifecyclePolicyText"]
    found = {
        "CreateRepository": create,
        "PutLifecyclePolicy": {"repositoryName": name, "lifecyclePolicyText": policy},
    }
    if "RepositoryPolicyText" in properties:
        text = json.dumps(properties["RepositoryPolicyText"])
        found["SetRepositoryPolicy"] = {"repositoryName": name, "policyText": text}
    return found


def test_there_is_something_to_judge() -> None:
    assert len(STACKS) >= 3


@pytest.mark.parametrize("path", STACKS, ids=named)
def test_cfn_lint_has_nothing_to_say(path: Path) -> None:
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    matches = lint(path.read_text(), config=ManualArgs(regions=[path.parent.name]))
    assert [f"{match.rule.id} {match.message}" for match in matches] == []


@pytest.mark.parametrize("path", STACKS, ids=named)
def test_the_api_takes_what_the_stack_says(path: Path) -> None:
    import botocore.session

    model = botocore.session.get_session().get_service_model("ecr")
    for properties in repositories(path):
        for operation, request in calls(properties).items():
            shape = model.operation_model(operation).input_shape
            assert list(objections(request, shape, operation)) == []


@pytest.mark.parametrize("path", STACKS, ids=named)
def test_lifecycle_keeps_to_its_grammar(path: Path) -> None:
    """What the API's model does not know (ECR user guide, lifecycle policy properties)."""
    for properties in repositories(path):
        rules = json.loads(properties["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
        assert len({rule["rulePriority"] for rule in rules}) == len(rules)
        tags = [
            rule["selection"]["tagPrefixList"] for rule in rules if rule["selection"]["tagStatus"] == "tagged"
        ]
        assert [len(prefixes) for prefixes in tags] == [1, 1], (
            "several prefixes mean images that have them all"
        )
        release, build = (prefixes[0] for prefixes in tags)
        assert not release.startswith(build)
        assert not build.startswith(release)
        for rule in rules:
            assert ("countUnit" in rule["selection"]) == (
                rule["selection"]["countType"] == "sinceImagePushed"
            )
            assert rule["action"] == {"type": "expire"}


@pytest.mark.parametrize("path", STACKS, ids=named)
def test_only_pulling_is_allowed_and_only_to_other_accounts(path: Path) -> None:
    for properties in repositories(path):
        if "RepositoryPolicyText" not in properties:
            continue
        (statement,) = properties["RepositoryPolicyText"]["Statement"]
        assert all("Put" not in action and "*" not in action for action in statement["Action"])
        assert "arn:aws:iam::111122223333:root" not in statement["Principal"]["AWS"]


@pytest.mark.parametrize("path", STACKS, ids=named)
def test_a_server_makes_the_repositories_and_describes_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3
    from moto import mock_aws

    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "testing")
    with mock_aws():
        ecr = boto3.client("ecr", region_name=path.parent.name)
        for properties in repositories(path):
            requests = calls(properties)
            ecr.create_repository(**requests["CreateRepository"])
            ecr.put_lifecycle_policy(**requests["PutLifecyclePolicy"])
            name = properties["RepositoryName"]
            (described,) = ecr.describe_repositories(repositoryNames=[name])["repositories"]
            assert described["imageTagMutability"] == "IMMUTABLE"
            wanted = properties["EncryptionConfiguration"]
            assert described["encryptionConfiguration"]["encryptionType"] == wanted["EncryptionType"]
            kept = ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]
            assert json.loads(kept) == json.loads(requests["PutLifecyclePolicy"]["lifecyclePolicyText"])
            if "SetRepositoryPolicy" in requests:
                ecr.set_repository_policy(**requests["SetRepositoryPolicy"])
                text = ecr.get_repository_policy(repositoryName=name)["policyText"]
                assert json.loads(text) == properties["RepositoryPolicyText"]
            tags = ecr.list_tags_for_resource(resourceArn=described["repositoryArn"])["tags"]
            assert tags == properties["Tags"]


PART_NAME = st.from_regex(r"[a-z](?:[a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)


@given(st.lists(PART_NAME, unique=True, max_size=15))
def test_logical_ids_are_valid_and_no_two_meet(names: list[str]) -> None:
    ids = [logical_id(name) for name in names]
    assert len(set(ids)) == len(names)
    assert all(identifier.isascii() and identifier.isalnum() for identifier in ids)


def test_logical_ids_can_be_read() -> None:
    assert logical_id("") == "Repository"
    assert logical_id("gpu-vision") == "RepositoryGpuVision"
    assert logical_id("gpu1") == "RepositoryGpu1"
    assert logical_id("gpu-1") == "RepositoryGpu1dfe1"

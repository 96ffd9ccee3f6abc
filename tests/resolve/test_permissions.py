"""The IAM statements of a model: exactly what it declares, in the partition that it runs in."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelyard.resolve.workload import Workload
from tests.support.repo import COMMON
from tests.support.resolving import SHA256, manifest, repository, workload

DEV = (COMMON / "environments/dev/environment.yaml").read_text()
EVERYTHING = f"""artifacts:
  plain: {{source: s3://acme-models/echo/a.bin, sha256: {SHA256}, path: /opt/ml/a/a.bin}}
  own: {{source: s3://acme-models/echo/b.bin, sha256: {SHA256}, path: /opt/ml/b/b.bin, fetchedBy: server}}
  versioned: {{source: s3://acme-models/echo/c.bin, sha256: {SHA256}, path: /opt/ml/c/c.bin, versionId: v1}}
models:
  one: {{source: s3://acme-models/menus/one.bin, sha256: {SHA256}}}
permissions:
  s3:
    read: [s3://acme-data/echo/, 's3://acme-data/shared/*', s3://acme-config/echo.json]
    write: [s3://acme-results/echo/]
  dynamodb: {{read: [menus, features], write: [scores]}}
  sqs: {{send: [out], receive: [in]}}
  kmsDecrypt: [arn:aws:kms:eu-west-1:111122223333:key/b, arn:aws:kms:eu-west-1:111122223333:key/a]
  statements:
    - actions: [bedrock:InvokeModel, bedrock:GetModel]
      resources: [arn:aws:bedrock:eu-west-1::foundation-model/x]"""
HERE = "eu-west-1:111122223333"


def statements(item: Workload) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    found = {one.sid: (one.actions, one.resources) for one in item.statements}
    assert len(found) == len(item.statements)
    return found


def test_nothing_declared_is_nothing_allowed(tmp_path: Path) -> None:
    assert workload(repository(tmp_path, manifest())).statements == ()


def test_exactly_what_is_declared(tmp_path: Path) -> None:
    assert statements(workload(repository(tmp_path, manifest(EVERYTHING)))) == {
        "ReadWeights": (
            ("s3:GetObject",),
            (
                "arn:aws:s3:::acme-models/echo/a.bin",
                "arn:aws:s3:::acme-models/echo/b.bin",
                "arn:aws:s3:::acme-models/menus/one.bin",
            ),
        ),
        "ReadWeightVersions": (("s3:GetObjectVersion",), ("arn:aws:s3:::acme-models/echo/c.bin",)),
        "ReadObjects": (
            ("s3:GetObject",),
            (
                "arn:aws:s3:::acme-config/echo.json",
                "arn:aws:s3:::acme-data/echo/*",
                "arn:aws:s3:::acme-data/shared/*",
            ),
        ),
        "WriteObjects": (("s3:AbortMultipartUpload", "s3:PutObject"), ("arn:aws:s3:::acme-results/echo/*",)),
        "ListBuckets": (("s3:ListBucket",), ("arn:aws:s3:::acme-data",)),
        "ReadTables": (
            ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
            (
                f"arn:aws:dynamodb:{HERE}:table/features",
                f"arn:aws:dynamodb:{HERE}:table/features/index/*",
                f"arn:aws:dynamodb:{HERE}:table/menus",
                f"arn:aws:dynamodb:{HERE}:table/menus/index/*",
            ),
        ),
        "WriteTables": (
            ("dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            (f"arn:aws:dynamodb:{HERE}:table/scores",),
        ),
        "SendMessages": (("sqs:GetQueueUrl", "sqs:SendMessage"), (f"arn:aws:sqs:{HERE}:out",)),
        "ReceiveMessages": (
            (
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ),
            (f"arn:aws:sqs:{HERE}:in",),
        ),
        "DecryptWithKeys": (("kms:Decrypt",), (f"arn:aws:kms:{HERE}:key/a", f"arn:aws:kms:{HERE}:key/b")),
        "Declared1": (
            ("bedrock:GetModel", "bedrock:InvokeModel"),
            ("arn:aws:bedrock:eu-west-1::foundation-model/x",),
        ),
    }


def test_nobody_can_declare_a_wildcard_action(tmp_path: Path) -> None:
    from tests.support.resolving import resolve

    for action in ("'*'", "s3:*", "s3:Get*", "iam:*"):
        said = f"permissions: {{statements: [{{actions: [{action}], resources: ['arn:aws:s3:::x']}}]}}"
        _, findings = resolve(repository(tmp_path / action.strip("'*:"), manifest(said)))
        assert [finding.rule for finding in findings] == ["malformed-value"]


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_partitions(tmp_path: Path, region: str, partition: str, suffix: str) -> None:
    elsewhere = DEV.replace("eu-west-1", region)
    said = manifest(
        "permissions: {s3: {read: [s3://a-b/c]}, sqs: {send: [q]}}",
        "secrets: {A: {secretsManager: x}, B: {ssm: y}}",
    )
    item = workload(
        repository(tmp_path, said, {"environments/dev/environment.yaml": elsewhere}), f"dev/{region}"
    )
    here = f"{region}:111122223333"
    assert [one.resources for one in item.statements] == [
        (f"arn:{partition}:s3:::a-b/c",),
        (f"arn:{partition}:sqs:{here}:q",),
    ]
    assert [secret.arn for secret in item.secrets] == [
        f"arn:{partition}:secretsmanager:{here}:secret:dev/x",
        f"arn:{partition}:ssm:{here}:parameter/dev/y",
    ]
    assert item.primary.image.startswith(f"111122223333.dkr.ecr.{region}.{suffix}/models/echo:in-")

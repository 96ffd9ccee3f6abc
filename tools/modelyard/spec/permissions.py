"""What a model may do in AWS: declared by purpose, from which least-privilege policies are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from modelyard.spec.field import Size, Spec, Text, field
from modelyard.values import Arn, S3Uri

ResourceName = Annotated[
    str, Text("a name", r"[A-Za-z0-9_.-]+", 1, 255, "the name only, without account or region")
]
Names = Annotated[tuple[ResourceName, ...], Size(0, 50)]
# A wildcard action or a bare service is what least privilege is there to prevent.
Action = Annotated[
    str, Text("one IAM action", r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+", 4, 128, "one action without *: s3:GetObject")
]


@dataclass(frozen=True, kw_only=True)
class S3Access(Spec):
    """Objects it reads and writes; a key may end in * to mean all below it."""

    read: Annotated[tuple[S3Uri, ...], Size(0, 50)] = field("Objects it reads.", default=())
    write: Annotated[tuple[S3Uri, ...], Size(0, 50)] = field("Objects it writes.", default=())


@dataclass(frozen=True, kw_only=True)
class TableAccess(Spec):
    """DynamoDB tables of the environment's account."""

    read: Names = field("Tables it reads, with their indexes.", default=())
    write: Names = field("Tables it writes.", default=())


@dataclass(frozen=True, kw_only=True)
class QueueAccess(Spec):
    """SQS queues of the environment's account."""

    send: Names = field("Queues it sends to.", default=())
    receive: Names = field("Queues it receives from.", default=())


@dataclass(frozen=True, kw_only=True)
class Statement(Spec):
    """One more thing that it may do, spelt as IAM spells it."""

    actions: Annotated[tuple[Action, ...], Size(1, 30)] = field(
        "What it does.", examples=(("bedrock:InvokeModel",),)
    )
    resources: Annotated[tuple[Arn, ...], Size(1, 30)] = field("What it does that to.")


@dataclass(frozen=True, kw_only=True)
class Permissions(Spec):
    """Everything that is not named here is denied."""

    s3: S3Access = field("Objects in S3.", default=S3Access())
    dynamodb: TableAccess = field("Tables in DynamoDB.", default=TableAccess())
    sqs: QueueAccess = field("Queues in SQS.", default=QueueAccess())
    kms_decrypt: Annotated[tuple[Arn, ...], Size(0, 10)] = field("KMS keys it decrypts with.", default=())
    statements: Annotated[tuple[Statement, ...], Size(0, 20)] = field("Anything else.", default=())

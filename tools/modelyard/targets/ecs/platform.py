"""What an environment says of Amazon ECS in one region, under ``platforms.ecs``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from modelyard.spec.container import EMPTY
from modelyard.spec.environment import AwsId
from modelyard.spec.field import Size, Spec, Text, field
from modelyard.spec.names import GpuType
from modelyard.values import Arn, Duration

ClusterName = Annotated[
    str, Text("a cluster's name", r"[A-Za-z0-9_-]+", 1, 255, "its name, not its ARN: models")
]
# The API refuses the three prefixes: they are for AWS's own providers.
ProviderName = Annotated[
    str,
    Text(
        "a capacity provider",
        r"(?!(?i:aws|ecs|fargate))[A-Za-z0-9_-]+",
        1,
        255,
        "the name that the cluster knows it by",
    ),
]
Domain = Annotated[
    str,
    Text(
        "a domain",
        r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+",
        3,
        190,
        "models.acme.internal",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Ec2(Spec):
    """Machines of the environment's own, by the capacity providers of the cluster that start them."""

    capacity_provider: ProviderName | None = field(
        "amd64 machines without GPUs.", default=None, examples=("general",)
    )
    arm_capacity_provider: ProviderName | None = field(
        "arm64 machines without GPUs.", default=None, examples=("graviton",)
    )
    gpu_types: Annotated[Mapping[GpuType, ProviderName], Size(0, 50)] = field(
        "amd64 machines with GPUs, by the kind of GPU.", default=EMPTY, examples=({"nvidia-l4": "g6"},)
    )


@dataclass(frozen=True, kw_only=True)
class LoadBalancer(Spec):
    """The Application Load Balancer that models are put behind."""

    listener_arn: Arn = field(
        "Its HTTPS listener.",
        examples=(
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/models/0a1b2c3d4e5f6071/1a2b3c4d5e6f7081",
        ),
    )
    full_name: Annotated[
        str,
        Text(
            "a load balancer's full name",
            r"app/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}",
            22,
            60,
            "app/NAME/ID, the end of its ARN",
        ),
    ] = field("The end of its ARN, as metrics name it.", examples=("app/models/0a1b2c3d4e5f6071",))
    security_group: AwsId = field(
        "Its security group, which models let in.", examples=("sg-0a1b2c3d4e5f60718",)
    )
    scheme: Literal["internal", "internet-facing"] = field("Who can reach it.", default="internal")
    domain: Domain | None = field(
        "The domain whose hosts it answers for.", default=None, examples=("models.acme.internal",)
    )
    idle_timeout: Duration = field("When it gives up on a silent connection.", default=Duration(60))


@dataclass(frozen=True, kw_only=True)
class EcsPlatform(Spec):
    """The cluster that models run on, and what is around it."""

    cluster: ClusterName = field("The cluster.", examples=("models",))
    fargate: bool = field("Whether the cluster has the capacity provider FARGATE.", default=True)
    fargate_spot: bool = field("Whether the cluster has the capacity provider FARGATE_SPOT.", default=True)
    ec2: Ec2 | None = field("Machines of its own.", default=None)
    load_balancer: LoadBalancer | None = field("Where services may be put behind.", default=None)
    s3_prefix_list: AwsId | None = field(
        "The managed prefix list of S3, where S3 is reached through a gateway endpoint: image layers and "
        "weights come from there.",
        default=None,
        examples=("pl-6da54004",),
    )
    alarm_topics: Annotated[tuple[Arn, ...], Size(0, 5)] = field(
        "SNS topics that are told of alarms.",
        default=(),
        examples=(("arn:aws:sns:eu-west-1:111122223333:models",),),
    )
    ebs_role: Arn | None = field(
        "The infrastructure role that attaches block devices to tasks.",
        default=None,
        examples=("arn:aws:iam::111122223333:role/ecs-infrastructure",),
    )
    permissions_boundary: Arn | None = field(
        "The policy that bounds every role.",
        default=None,
        examples=("arn:aws:iam::111122223333:policy/models-boundary",),
    )
    secrets_key: Arn | None = field("The KMS key of secrets, where it is not AWS's own.", default=None)
    logs_key: Arn | None = field("The KMS key of log groups, where it is not AWS's own.", default=None)
    allow_exec: bool = field("Whether models may ask for `aws ecs execute-command`.", default=False)

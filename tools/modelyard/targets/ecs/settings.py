"""What a manifest says under ``targets.ecs``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from modelyard.spec.container import EMPTY
from modelyard.spec.field import Range, Size, Spec, Text, field
from modelyard.values import Duration, Memory

HostLabel = Annotated[
    str,
    Text(
        "a host label",
        r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?",
        1,
        63,
        "lower-case letters, digits and dashes: fraud",
    ),
]
# What a path-pattern condition takes, less the brackets and quotes that nobody needs.
PathPattern = Annotated[
    str,
    Text(
        "a path pattern",
        r"/[A-Za-z0-9_.$/~@:+*?-]*",
        1,
        128,
        "begin it with /; * and ? are wildcards: /fraud/*",
    ),
]
OutputKey = Annotated[
    str, Text("a Fluent Bit option", r"[A-Za-z][A-Za-z0-9_.-]*", 1, 64, "as in delivery_stream")
]
OutputValue = Annotated[str, Text("a Fluent Bit value", r"[^\n]*", 1, 512)]


@dataclass(frozen=True, kw_only=True)
class Route(Spec):
    """How the environment's load balancer finds the model."""

    priority: Annotated[int, Range(1, 50000)] = field(
        "The listener rule's priority. No two models of one listener may have the same.", examples=(110,)
    )
    host: HostLabel | None = field(
        "The label under the environment's domain; the model's name by default.",
        default=None,
        examples=("fraud",),
    )
    path: PathPattern | None = field(
        "Requests it takes; all by default, which needs a domain. The path is not rewritten.",
        default=None,
        examples=("/fraud/*",),
    )


@dataclass(frozen=True, kw_only=True)
class Deployment(Spec):
    """How a new version replaces the old one. A failed one is always rolled back."""

    min_healthy_percent: Annotated[int, Range(0, 100, "percent")] = field(
        "The share of the replicas that keeps running.", default=100
    )
    max_percent: Annotated[int, Range(100, 200, "percent")] = field(
        "The share of the replicas that may run, old and new together.", default=200
    )


@dataclass(frozen=True, kw_only=True)
class Alarms(Spec):
    """When somebody is told. Behind a load balancer, errors and latency also roll a deployment back."""

    errors: Annotated[int, Range(1, 100, "percent")] = field(
        "The share of answers with a 5xx status, over five minutes.", default=5
    )
    latency: Duration | None = field(
        "How long the slowest hundredth of the answers may take; half of serve.timeout by default.",
        default=None,
    )


@dataclass(frozen=True, kw_only=True)
class EcsSettings(Spec):
    """How the model runs on Amazon ECS."""

    launch_type: Literal["FARGATE", "FARGATE_SPOT", "EC2"] = field(
        "FARGATE: no machines to look after. FARGATE_SPOT: the same, cheaper and interruptible; a service "
        "keeps one replica that is not. EC2: the environment's own machines, the only ones with GPUs.",
        default="FARGATE",
    )
    load_balancer: Route | None = field(
        "Puts it behind the environment's load balancer; without it, only its network rules let anybody in.",
        default=None,
    )
    exec: bool = field(
        "Whether `aws ecs execute-command` may open a shell in it. The shell's agent writes to the root file "
        "system, which cannot be read-only then.",
        default=False,
    )
    tmp: Memory = field(
        "Size of /tmp in each container, which is memory and counts as the container's.",
        default=Memory(64 * 2**20),
    )
    firelens_output: Annotated[Mapping[OutputKey, OutputValue], Size(0, 30)] = field(
        "Where the firelens sidecar sends logs: options of a Fluent Bit output, Name among them. By default, "
        "to the log group of the model.",
        default=EMPTY,
        examples=({"Name": "kinesis_firehose", "region": "eu-west-1", "delivery_stream": "logs"},),
    )
    deployment: Deployment = field("How a new version replaces the old one.", default=Deployment())
    alarms: Alarms = field("When somebody is told.", default=Alarms())

"""The manifest of a model: what its team writes, once, for every environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from modelyard.spec.container import (
    EMPTY,
    Arguments,
    Container,
    DependsOn,
    Image,
    Resources,
    RuntimeName,
    Secrets,
    Serve,
    Sidecar,
    Variables,
)
from modelyard.spec.field import Plugins, Range, Size, Spec, Text, field
from modelyard.spec.names import (
    Cidr,
    EnvironmentName,
    LabelKey,
    LabelValue,
    ModelName,
    NumericUser,
    PartName,
    Percent,
    Port,
    Region,
    Sentence,
    Sha256,
    Team,
    TimeLimit,
)
from modelyard.spec.permissions import Permissions
from modelyard.values import ContainerPath, Cron, Duration, Memory, S3Uri

API_VERSION = "modelyard.dev/v1"
Labels = Annotated[Mapping[LabelKey, LabelValue], Size(0, 20)]


@dataclass(frozen=True, kw_only=True)
class Weights(Spec):
    """A file that the model loads: by reference, with a checksum, never in Git."""

    source: S3Uri = field("Where it is kept.", examples=("s3://acme-models/fraud/2026-10-01/model.json",))
    sha256: Sha256 = field("What it must hash to before it is used.")
    version_id: Annotated[str, Text("an S3 version id", r"[\w.-]+", 1, 1024)] | None = field(
        "The S3 object version, where the bucket keeps versions.", default=None
    )
    size: Memory | None = field("Its size: memory must hold it.", default=None, examples=("120Mi",))
    fetched_by: Literal["init", "server"] = field(
        "init: an init container fetches and verifies it before the model starts. server: the model's own "
        "code does, from the variables ARTIFACT_<NAME>_URI, _SHA256 and _PATH.",
        default="init",
    )
    bake: bool = field(
        "true: it is copied into the image when that is built, verified there, and nothing fetches it later.",
        default=False,
    )


@dataclass(frozen=True, kw_only=True)
class Artifact(Weights):
    """Weights at a path of their own."""

    path: ContainerPath = field("Where the container finds it.", examples=("/opt/ml/model/model.json",))
    containers: Annotated[tuple[PartName, ...], Size(0, 15)] = field(
        "Which containers get it; all of them by default.", default=()
    )


@dataclass(frozen=True, kw_only=True)
class HostedModel(Weights):
    """One of the models behind a multi-model server; it is put under /opt/ml/models/<name>/."""

    fetched_by: Literal["init", "server"] = field(
        "init: an init container fetches and verifies it before the server starts. server: the server "
        "fetches what it is asked for, from where it knows to look; the role may read it, and nothing "
        "else is set up.",
        default="init",
    )


@dataclass(frozen=True, kw_only=True)
class Efs(Spec):
    """A shared file system of the environment."""

    file_system: PartName = field(
        "Its name under fileSystems of the environment's region.", examples=("features",)
    )
    read_only: bool = field("Whether it is mounted for reading only.", default=True)


@dataclass(frozen=True, kw_only=True)
class Ebs(Spec):
    """A block device of the replica's own, gone with it."""

    size: Memory = field("Its size, in whole GiB.", examples=("100Gi",))
    type: Literal["gp3", "io2"] = field("The volume type.", default="gp3")


@dataclass(frozen=True, kw_only=True)
class Scratch(Spec):
    """An empty folder of the replica's own."""

    size: Memory = field("Its size.", default=Memory(2**30))


@dataclass(frozen=True, kw_only=True)
class Volume(Spec):
    """A folder that is mounted into the model's containers."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("efs", "ebs", "scratch")
    path: ContainerPath = field("Where it is mounted.", examples=("/features",))
    efs: Efs | None = field("A shared file system.", default=None)
    ebs: Ebs | None = field("A block device.", default=None)
    scratch: Scratch | None = field("An empty folder.", default=None)


@dataclass(frozen=True, kw_only=True)
class Peer(Spec):
    """Who may connect to the model."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("namespace", "cidr")
    namespace: PartName | None = field("Pods of a Kubernetes namespace.", default=None)
    cidr: Cidr | None = field("An IPv4 range.", default=None)


@dataclass(frozen=True, kw_only=True)
class Destination(Spec):
    """What the model may connect to."""

    cidr: Cidr = field("An IPv4 range.", examples=("10.20.0.0/16",))
    port: Port = field("The port there.", examples=(5432,))
    protocol: Literal["TCP", "UDP"] = field("The protocol.", default="TCP")


@dataclass(frozen=True, kw_only=True)
class Network(Spec):
    """Everything that is not named is denied; DNS and the AWS APIs that the model needs are allowed."""

    allow_from: Annotated[tuple[Peer, ...], Size(0, 20)] = field("Who may connect.", default=())
    allow_to: Annotated[tuple[Destination, ...], Size(0, 50)] = field("What it may connect to.", default=())


@dataclass(frozen=True, kw_only=True)
class Scaling(Spec):
    """How many replicas there are, and by what they follow the load."""

    min: Annotated[int, Range(0, 1000, "replicas")] = field(
        "The fewest there may be; 0 only where a target can.", default=1
    )
    max: Annotated[int, Range(1, 1000, "replicas")] = field("The most there may be.", default=4)
    cpu: Percent | None = field(
        "Mean CPU use to keep; 70 where memory and requests are not named either.", default=None
    )
    memory: Percent | None = field("Mean memory use to keep.", default=None)
    requests: Annotated[int, Range(1, 1_000_000)] | None = field(
        "Requests a minute that one replica should get.", default=None
    )
    scale_out_cooldown: Duration = field("How long to wait after adding replicas.", default=Duration(60))
    scale_in_cooldown: Duration = field("How long to wait before taking some away.", default=Duration(300))


@dataclass(frozen=True, kw_only=True)
class Schedule(Spec):
    """When a job runs."""

    cron: Cron = field("Minute, hour, day of month, month, day of week.", examples=("30 2 * * *",))
    timezone: Annotated[
        str, Text("an IANA time zone", r"[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*", 1, 64, "as in Asia/Manila")
    ] = field("The time zone the schedule is in.", default="UTC")


@dataclass(frozen=True, kw_only=True)
class Manifest(Spec):
    """What every kind of model says."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("image", "containers")
    brought: ClassVar[tuple[str, ...]] = ("image.build.command",)
    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["Service", "Job"] = field("Service answers requests; Job runs to its end.")
    name: ModelName = field("The model's name, equal to its folder's.", examples=("fraud-scorer",))
    owner: Team = field("The team that answers for it, as CODEOWNERS names it.", examples=("risk-ml",))
    description: Sentence = field("What it does, in a sentence.")
    labels: Labels = field("Labels and tags on everything that is made for it.", default=EMPTY)
    environments: Annotated[tuple[EnvironmentName, ...], Size(0, 50)] = field(
        "The environments it is meant for; all of them by default.", default=()
    )
    regions: Annotated[tuple[Region, ...], Size(0, 30)] = field(
        "The regions it is meant for; all that the environment has by default.", default=()
    )
    architecture: Literal["amd64", "arm64"] = field("The processor it is built for.", default="amd64")
    image: Image | None = field("The image, where there is one container.", default=None)
    command: Arguments = field("Replaces the image's entry point.", default=())
    args: Arguments = field("Arguments after the entry point.", default=())
    user: NumericUser = field("The user it runs as.", default="10001:10001")
    env: Variables = field("Environment variables of every container; no secrets.", default=EMPTY)
    secrets: Secrets = field("Environment variables filled from a secret store.", default=EMPTY)
    resources: Resources = field("What one replica gets.", default=Resources())
    depends_on: DependsOn = field("Sidecars that must be there first.", default=EMPTY)
    containers: Annotated[Mapping[PartName, Container], Size(2, 15)] = field(
        "Several containers side by side, each with image and resources of its own, instead of `image`.",
        default=EMPTY,
    )
    artifacts: Annotated[Mapping[PartName, Artifact], Size(0, 50)] = field(
        "Weights and other files.", default=EMPTY
    )
    volumes: Annotated[Mapping[PartName, Volume], Size(0, 20)] = field("Mounted folders.", default=EMPTY)
    sidecars: Annotated[Mapping[PartName, Sidecar], Size(0, 10)] = field(
        "Supporting containers.", default=EMPTY
    )
    permissions: Permissions = field(
        "What it may do in AWS; everything else is denied.", default=Permissions()
    )
    network: Network = field("Whom it talks to; everything else is denied.", default=Network())


Targets = Annotated[Mapping[str, Spec], Plugins("settings")]


@dataclass(frozen=True, kw_only=True)
class Service(Manifest):
    """A model that answers requests."""

    runtime: RuntimeName | None = field(
        "The model server: it brings what is not said here, such as image, command, ports and paths. With "
        "several containers, say it in each that has one.",
        default=None,
        examples=("modelyard", "mlserver", "triton", "vllm"),
    )
    serve: Serve = field(
        "How it answers requests; with several containers, say it in each that does.", default=Serve()
    )
    models: Annotated[Mapping[PartName, HostedModel], Size(0, 500)] = field(
        "Many models behind one server.", default=EMPTY
    )
    scaling: Scaling = field("How many replicas there are.", default=Scaling())
    targets: Targets = field("The platforms it runs on, and what is particular to each.")


@dataclass(frozen=True, kw_only=True)
class Job(Manifest):
    """Work that runs to its end: on a schedule, or when somebody starts it."""

    schedule: Schedule | None = field("When it runs; without it, only when it is started.", default=None)
    timeout: TimeLimit = field("How long one run may take.", default=Duration(3600))
    retries: Annotated[int, Range(0, 10)] = field("How often a failed run is tried again.", default=2)
    parallelism: Annotated[int, Range(1, 10, "tasks")] = field(
        "How many copies run at once; JOB_COMPLETION_INDEX tells each its number, from 0.", default=1
    )
    targets: Targets = field("The platforms it runs on, and what is particular to each.")


KINDS: Mapping[str, type[Service] | type[Job]] = MappingProxyType({"Service": Service, "Job": Job})

"""An environment: what the platform team says of one place where models run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from modelyard.source.node import Node
from modelyard.spec.container import EMPTY, Resources, Sidecar, Variables
from modelyard.spec.field import Plugins, Range, Size, Spec, Text, field
from modelyard.spec.manifest import Labels, Network, Scaling, Targets
from modelyard.spec.names import (
    AccountId,
    Cidr,
    Commit,
    Digest,
    EnvironmentName,
    GpuType,
    ModelName,
    PartName,
    Region,
    SecretPrefix,
    Sentence,
)
from modelyard.values import Cpu, Memory

AwsId = Annotated[str, Text("an AWS resource id", r"[a-z]+-[0-9a-f]{8,17}", 10, 40, "as in subnet-0a1b2c3d")]
Platforms = Annotated[Mapping[str, Spec], Plugins("platform")]


@dataclass(frozen=True, kw_only=True)
class Vpc(Spec):
    """The network that models run in."""

    id: AwsId = field("The VPC.", examples=("vpc-0a1b2c3d4e5f60718",))
    cidr: Cidr = field("Its range: what may reach a model that names nobody else.", examples=("10.0.0.0/16",))
    subnets: Annotated[tuple[AwsId, ...], Size(1, 16)] = field("The private subnets, one in each zone.")
    aws_apis: Annotated[tuple[Cidr, ...], Size(1, 16)] = field(
        "Where AWS's APIs answer: the ranges of the VPC endpoints, or everywhere.", default=("0.0.0.0/0",)
    )


@dataclass(frozen=True, kw_only=True)
class FileSystem(Spec):
    """A shared EFS file system, by its logical name."""

    id: AwsId = field("The file system.", examples=("fs-0a1b2c3d4e5f60718",))
    access_point: AwsId = field("The access point that confines it.", examples=("fsap-0a1b2c3d4e5f60718",))


@dataclass(frozen=True, kw_only=True)
class RegionSpec(Spec):
    """One region of an environment."""

    vpc: Vpc | None = field("The network that models run in.", default=None)
    file_systems: Annotated[Mapping[PartName, FileSystem], Size(0, 50)] = field(
        "Shared file systems.", default=EMPTY
    )
    platforms: Platforms = field("The platforms there, and what each needs to know.")


@dataclass(frozen=True, kw_only=True)
class Registry(Spec):
    """The ECR registry that images are pulled from."""

    account: AccountId = field("The account that owns it.", examples=("111122223333",))
    region: Region = field("Its region.", examples=("eu-west-1",))
    prefix: Annotated[
        str, Text("a repository prefix", r"[a-z0-9]+(?:[._/-][a-z0-9]+)*", 1, 100, "as in models")
    ] = field("What repository names begin with.", default="models")


@dataclass(frozen=True, kw_only=True)
class Limits(Spec):
    """What a model may ask for here at most; a field that is not given is not limited."""

    cpu: Cpu | None = field("CPU of one replica.", default=None)
    memory: Memory | None = field("Memory of one replica.", default=None)
    replicas: Annotated[int, Range(1, 1000)] | None = field("Replicas of one model.", default=None)
    gpu_count: Annotated[int, Range(0, 16)] | None = field("GPUs of one replica.", default=None)
    gpu_types: Annotated[tuple[GpuType, ...], Size(0, 20)] | None = field(
        "Kinds of GPU that models may ask for.", default=None
    )
    targets: Annotated[tuple[PartName, ...], Size(0, 20)] | None = field(
        "The targets that models may be rendered for.", default=None
    )


@dataclass(frozen=True, kw_only=True)
class Defaults(Spec):
    """What every model here gets, unless its manifest says otherwise."""

    labels: Labels = field("Labels and tags.", default=EMPTY)
    env: Variables = field("Environment variables.", default=EMPTY)
    resources: Resources = field("What one replica gets.", default=Resources())
    scaling: Scaling = field("How many replicas a service has.", default=Scaling())
    sidecars: Annotated[Mapping[PartName, Sidecar], Size(0, 10)] = field(
        "Supporting containers.", default=EMPTY
    )
    network: Network = field("Whom a model talks to.", default=Network())
    targets: Targets = field("Settings of each platform, for models that name it.", default=EMPTY)


@dataclass(frozen=True, kw_only=True)
class Environment(Spec):
    """A place where models run: account, regions, platforms, limits, defaults."""

    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["Environment"] = field("What this file is.")
    name: EnvironmentName = field("Its name, equal to its folder's.", examples=("staging",))
    description: Sentence = field("What it is for.")
    tracks: Literal["head", "releases"] = field(
        "head: models run as their manifests say on this commit. releases: only what "
        "environments/<env>/releases/<model>.yaml froze runs, so that an edit never gets here by itself."
    )
    account: AccountId | None = field(
        "The AWS account; none for a laptop.", default=None, examples=("111122223333",)
    )
    registry: Registry | None = field("Where images are pulled from; none for a laptop.", default=None)
    secret_prefix: SecretPrefix = field(
        "What the names of its secrets begin with.", default="", examples=("prod/",)
    )
    log_retention_days: Literal[7, 14, 30, 60, 90, 180, 365] = field(
        "How long logs are kept, in days.", default=30
    )
    platforms: Platforms = field("Platforms that are in no region.", default=EMPTY)
    regions: Annotated[Mapping[Region, RegionSpec], Size(0, 20)] = field("Its regions.", default=EMPTY)
    limits: Limits = field("What a model may ask for.", default=Limits())
    defaults: Defaults = field("What a model gets unless it says otherwise.", default=Defaults())


@dataclass(frozen=True, kw_only=True)
class Override(Spec):
    """What the platform team lays over one model's manifest in one environment."""

    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["Override"] = field("What this file is.")
    model: ModelName = field("The model, equal to the file's name.")
    reason: Sentence = field("Why the manifest is not enough here.")
    manifest: Node = field("The fields to replace, as the manifest spells them; null takes one away.")


@dataclass(frozen=True, kw_only=True)
class Release(Spec):
    """What an environment runs of one model: image digests, and the manifest as it was released."""

    api_version: Literal["modelyard.dev/v1"] = field("The version of this format.")
    kind: Literal["Release"] = field("What this file is.")
    model: ModelName = field("The model, equal to the file's name.")
    commit: Commit = field("The commit that the images were built from.")
    images: Annotated[Mapping[PartName, Digest], Size(0, 15)] = field(
        "The digest of each image that was built: of the model, or of each of its containers by name.",
        default=EMPTY,
    )
    manifest: Node | None = field(
        "The manifest as it was released; only where the environment tracks releases.", default=None
    )

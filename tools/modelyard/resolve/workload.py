"""A workload: one model in one region of one environment, with every decision made.

Targets see nothing else. What a manifest may leave out has been filled in, what is logical there
(secrets, file systems, repositories) has the environment's names, and the weights, secrets and
permissions of all layers have been brought together.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from modelyard.findings import Finding, Location, Severity
from modelyard.load import layout
from modelyard.resolve.delivery import Baked, Delivery, DeliveryFolder, folders_of
from modelyard.source.node import Mapping as MappingNode
from modelyard.source.node import Node
from modelyard.spec.catalogue import BaseImage
from modelyard.spec.container import Dependency, Resources, Serve, Sidecar
from modelyard.spec.environment import Environment, RegionSpec, Vpc
from modelyard.spec.field import Spec
from modelyard.spec.layer import find
from modelyard.spec.manifest import Job, Network, Service

Path = tuple[str | int, ...]
# Where the image of the init container is found in the catalogue.
FETCHER_IMAGE = "aws-cli"
# Tells each of several copies of a run its number, from 0; Kubernetes gave it its name.
COPY_NUMBER = "JOB_COMPLETION_INDEX"
# What Dockerfiles call the folder of Modelyard's own model server, and the package that lies in it.
SERVER_CONTEXT, SERVER_PACKAGE = "modelyard-server", layout.SERVER_PACKAGE


class Feature(enum.Enum):
    """What a manifest can ask for and a target may be unable to carry. The value is what to call it."""

    GPU = "GPUs"
    ARM64 = "the arm64 architecture"
    SHARED_MEMORY = "shared memory"
    STORAGE = "scratch storage"
    SECRETS = "secrets"
    PERMISSIONS = "AWS permissions"
    ARTIFACTS = "weights fetched by an init container"
    MULTI_MODEL = "several models behind one server"
    MULTI_CONTAINER = "several containers"
    SIDECARS = "sidecars"
    FIRELENS = "log routing through FireLens"
    ORDER = "start order of containers"
    EFS = "shared file systems"
    EBS = "block devices"
    SCRATCH = "scratch folders"
    NETWORK = "network rules"
    NETWORK_NAMESPACE = "network rules for a Kubernetes namespace"
    SCALING = "scaling"
    SCALE_TO_ZERO = "scaling to zero"
    SCALE_ON_REQUESTS = "scaling on requests"
    METRICS = "a metrics endpoint"
    SERVICE = "services"
    JOB = "jobs"
    SCHEDULE = "schedules"
    RETRIES = "retries of a failed run"
    TIMEOUT = "a time limit of a run"
    PARALLELISM = "several copies of a run"


@dataclass(frozen=True)
class Place:
    """Where the workload runs. ``region`` is empty, and account and registry are, for a laptop."""

    environment: str
    tracks: str
    account: str
    region: str
    secret_prefix: str
    log_retention_days: int
    vpc: Vpc | None
    spec: Environment
    region_spec: RegionSpec | None

    @property
    def label(self) -> str:
        """``prod/eu-west-1``, or ``local`` where there is no region."""
        return f"{self.environment}/{self.region}" if self.region else self.environment

    @property
    def partition(self) -> str:
        """The AWS partition that the region belongs to."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def arn(self, service: str, resource: str, *, region: bool = True) -> str:
        """An ARN in this account, and in this region unless the service is global."""
        return f"arn:{self.partition}:{service}:{self.region if region else ''}:{self.account}:{resource}"


@dataclass(frozen=True)
class ResolvedSecret:
    """A secret of this environment, in ``secretsmanager`` or ``ssm``; ``arn`` has no random suffix."""

    variable: str
    store: str
    name: str
    key: str
    arn: str


@dataclass(frozen=True)
class ImageBuild:
    """An image that is built from the model's folder; the same in every environment.

    ``repository`` is the name without registry and prefix: ``<model>`` or ``<model>/<container>``.
    ``context`` and ``dockerfile`` are paths in the repository. ``server`` says that Modelyard's own model
    server, which lies beside the models, is put into it, and ``baked`` which weights are.
    """

    model: str
    container: str
    repository: str
    context: str
    dockerfile: str
    base: BaseImage
    base_key: str
    architecture: str
    requirements: str
    system: tuple[str, ...]
    source: str
    command: tuple[str, ...]
    serve: Serve | None
    health_command: tuple[str, ...]
    user: str
    labels: Mapping[str, str]
    folders: tuple[str, ...]
    server: bool = False
    baked: tuple[Baked, ...] = ()


@dataclass(frozen=True)
class ResolvedContainer:
    """One of the model's own containers. ``path`` is where the manifest describes it."""

    name: str
    image: str
    build: ImageBuild | None
    command: tuple[str, ...]
    args: tuple[str, ...]
    user: str
    env: Mapping[str, str]
    secrets: tuple[ResolvedSecret, ...]
    resources: Resources
    serve: Serve | None
    health_command: tuple[str, ...]
    depends_on: Mapping[str, Dependency]
    path: Path


@dataclass(frozen=True)
class ResolvedSidecar:
    """A supporting container; ``preset`` is empty where the manifest brings its own image."""

    name: str
    preset: str
    image: str
    secrets: tuple[ResolvedSecret, ...]
    spec: Sidecar
    path: Path

    @property
    def depends_on(self) -> Mapping[str, Dependency]:
        """What must be there before it."""
        return self.spec.depends_on


@dataclass(frozen=True)
class ResolvedVolume:
    """A folder mounted into all of the model's containers. ``kind`` is efs, ebs or scratch."""

    name: str
    path: str
    kind: str
    read_only: bool
    size_bytes: int
    file_system: str
    access_point: str
    disk_type: str


@dataclass(frozen=True)
class PolicyStatement:
    """One statement of the model's IAM policy, sorted; ``sid`` says what it is there for."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True)
class Workload:
    """One model in one place. Exactly one of ``service`` and ``job`` is there, as ``kind`` says.

    ``deliveries`` are the weights that are fetched, ``baked`` those that are in images.
    """

    model: str
    kind: str
    owner: str
    description: str
    labels: Mapping[str, str]
    architecture: str
    place: Place
    containers: tuple[ResolvedContainer, ...]
    sidecars: tuple[ResolvedSidecar, ...]
    deliveries: tuple[Delivery, ...]
    baked: tuple[Delivery, ...]
    fetcher_image: str
    volumes: tuple[ResolvedVolume, ...]
    statements: tuple[PolicyStatement, ...]
    network: Network
    service: Service | None
    job: Job | None
    settings: Mapping[str, Spec]
    pull_accounts: tuple[str, ...]
    features: Mapping[Feature, Path]
    source: str
    tree: MappingNode = field(compare=False, repr=False)

    @functools.cached_property
    def delivery_folders(self) -> tuple[DeliveryFolder, ...]:
        """The outermost folders of the files that are fetched, each of them a volume."""
        return folders_of(self.deliveries)

    @property
    def primary(self) -> ResolvedContainer:
        """The container that requests go to."""
        return self.containers[0]

    @property
    def parts(self) -> tuple[ResolvedContainer | ResolvedSidecar, ...]:
        """The model's own containers, then the sidecars."""
        return (*self.containers, *self.sidecars)

    @property
    def secrets(self) -> tuple[ResolvedSecret, ...]:
        """The secrets of all containers, each store and name once, in order of their names."""
        every = [secret for part in self.parts for secret in part.secrets]
        return tuple(
            {(item.store, item.name): item for item in sorted(every, key=lambda item: item.arn)}.values()
        )

    @property
    def full_name(self) -> str:
        """``<environment>-<model>``: the name of things that share an account with other environments."""
        return f"{self.place.environment}-{self.model}"

    def platform(self, target: str) -> Spec:
        """What the environment says of the target's platform here; KeyError where it has none."""
        region = self.place.region_spec
        if region is not None and target in region.platforms:
            return region.platforms[target]
        return self.place.spec.platforms[target]

    def output(self, target: str, name: str) -> str:
        """Where a target's file of this name belongs in the repository."""
        folder = f"environments/{self.place.environment}/rendered/{self.model}/{target}"
        return f"{folder}/{self.place.region}/{name}" if self.place.region else f"{folder}/{name}"

    def at(self, *path: str | int) -> Location:
        """The place in YAML that decides the field at ``path``, in whichever layer that is."""
        return self.node(*path).location

    def node(self, *path: str | int) -> Node:
        """The node of ``at``; the nearest one above where nobody wrote the field."""
        return find(self.tree, path)[0]

    def finding(
        self, rule: str, path: Path, message: str, hint: str = "", severity: Severity = Severity.ERROR
    ) -> Finding:
        """A finding about the field at ``path``. Which places it concerns is said by who gathers them."""
        return Finding(rule, self.at(*path), message, hint, severity)

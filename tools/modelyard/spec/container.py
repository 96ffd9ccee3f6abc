"""What a manifest says of one container: its image, how it serves, what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

from modelyard.spec.field import Range, Size, Spec, Text, field
from modelyard.spec.names import (
    Argument,
    CatalogueKey,
    DebianPackage,
    GpuType,
    HttpPath,
    JsonKey,
    NumericUser,
    PartName,
    SecretName,
    TimeLimit,
    UnprivilegedPort,
    VariableName,
    VariableValue,
)
from modelyard.values import Cpu, Duration, ImageReference, Memory, RelativePath

EMPTY: Mapping[str, Any] = MappingProxyType({})
Arguments = Annotated[tuple[Argument, ...], Size(0, 100)]
Command = Annotated[tuple[Argument, ...], Size(1, 100)]
Variables = Annotated[Mapping[VariableName, VariableValue], Size(0, 100)]
Dependency = Literal["started", "healthy", "succeeded"]


@dataclass(frozen=True, kw_only=True)
class Build(Spec):
    """An image that is built from the model's own folder; its Dockerfile is rendered."""

    base: CatalogueKey = field("The approved base image to build on.", examples=("python-3.12-slim",))
    command: Command | None = field(
        "What the container runs, in exec form; no shell reads it. Required, unless a `runtime` brings it.",
        default=None,
        examples=(("python", "/app/inference.py"),),
    )
    requirements: RelativePath | None = field(
        "A pip requirements file in which every line is pinned with hashes.",
        default=None,
        examples=("requirements.lock",),
    )
    system: Annotated[tuple[DebianPackage, ...], Size(0, 50)] = field(
        "Debian packages to install, without recommends.", default=(), examples=(("libgomp1",),)
    )
    source: RelativePath | None = field(
        "The folder whose content becomes /app.", default=None, examples=("src",)
    )


@dataclass(frozen=True, kw_only=True)
class Image(Spec):
    """Where a container's image comes from."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("build", "reference", "catalogue")
    build: Build | None = field("Build it from this folder.", default=None)
    reference: ImageReference | None = field(
        "Bring your own: an image that somebody else built, by digest.",
        default=None,
        examples=("ghcr.io/acme/server:1.4@sha256:" + "0" * 64,),
    )
    catalogue: CatalogueKey | None = field(
        "Run an image of the catalogue as it is: a new digest there moves it.",
        default=None,
        examples=("vllm-openai",),
    )


@dataclass(frozen=True, kw_only=True)
class Metrics(Spec):
    """Where Prometheus metrics are read."""

    port: UnprivilegedPort = field("The port, which may be the serving port.", examples=(9090,))
    path: HttpPath = field("The path that metrics are read from.", default="/metrics")


@dataclass(frozen=True, kw_only=True)
class Serve(Spec):
    """How a container answers requests; the defaults are SageMaker's container contract."""

    port: UnprivilegedPort = field("The port it listens on.", default=8080)
    ping: HttpPath = field("Answers 200 once the model is loaded.", default="/ping")
    predict: HttpPath = field("Takes the requests.", default="/invocations")
    startup: TimeLimit = field("How long loading may take before it counts as broken.", default=Duration(120))
    timeout: TimeLimit = field("How long one request may take.", default=Duration(60))
    drain: Duration = field("How long requests under way may take after SIGTERM.", default=Duration(30))
    health_command: Arguments = field(
        "A command in the container that exits 0 when it is healthy. Where the image is built on a Python "
        "base, the ping path is asked; an image of somebody else's has none unless it is named here.",
        default=(),
    )
    sample: RelativePath | None = field("A request that a smoke test posts.", default=None)
    response: RelativePath | None = field("A JSON Schema of what comes back.", default=None)
    metrics: Metrics | None = field("Where metrics are read.", default=None)


@dataclass(frozen=True, kw_only=True)
class Gpu(Spec):
    """GPUs, whole ones."""

    type: GpuType = field("The kind of GPU, as the environment names it.", examples=("nvidia-l4",))
    count: Annotated[int, Range(1, 16)] = field("How many GPUs one replica gets.", default=1)


@dataclass(frozen=True, kw_only=True)
class Resources(Spec):
    """What one replica of the container gets; requests equal limits, so that nothing is a surprise."""

    cpu: Cpu = field("CPU, in vCPUs or millicores.", default=Cpu(500), examples=("1", "500m"))
    memory: Memory = field("Memory.", default=Memory(2**30), examples=("4Gi",))
    gpu: Gpu | None = field("GPUs.", default=None)
    storage: Memory | None = field("Scratch disk, where the platform's default is too small.", default=None)
    shared_memory: Memory | None = field("Size of /dev/shm; counts as memory.", default=None)


@dataclass(frozen=True, kw_only=True)
class Secret(Spec):
    """A secret by reference: its value is never in Git, in an image or in a rendered file."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("secretsManager", "ssm")
    at_most_one_of: ClassVar[tuple[str, ...]] = ("ssm", "key")
    secrets_manager: SecretName | None = field(
        "The name in AWS Secrets Manager, without the environment's prefix.",
        default=None,
        examples=("fraud/db",),
    )
    ssm: SecretName | None = field(
        "The name in SSM Parameter Store, without the environment's prefix.",
        default=None,
        examples=("fraud/token",),
    )
    key: JsonKey | None = field("One key of a JSON secret.", default=None, examples=("password",))


Secrets = Annotated[Mapping[VariableName, Secret], Size(0, 100)]
RuntimeName = Annotated[
    str, Text("the name of a runtime", r"[a-z](?:[a-z0-9-]*[a-z0-9])?", 1, 32, "as in modelyard")
]
DependsOn = Annotated[Mapping[PartName, Dependency], Size(0, 20)]


@dataclass(frozen=True, kw_only=True)
class Container(Spec):
    """One of several containers of a model that run side by side; the first is the one that is asked."""

    brought: ClassVar[tuple[str, ...]] = ("image", "image.build.command")
    runtime: RuntimeName | None = field(
        "The model server of this container, which brings what is not said here. For services.",
        default=None,
        examples=("modelyard",),
    )
    image: Image = field("Where the image comes from; some runtimes bring one.")
    command: Arguments = field("Replaces the image's entry point.", default=())
    args: Arguments = field("Arguments after the entry point.", default=())
    user: NumericUser = field("The user it runs as.", default="10001:10001")
    env: Variables = field("Environment variables; no secrets.", default=EMPTY)
    secrets: Secrets = field("Environment variables filled from a secret store.", default=EMPTY)
    resources: Resources = field("What it gets.", default=Resources())
    serve: Serve | None = field("How it answers requests, where it does.", default=None)
    depends_on: DependsOn = field("Containers or sidecars that must be there first.", default=EMPTY)


@dataclass(frozen=True, kw_only=True)
class Sidecar(Spec):
    """A supporting container beside the model: a preset, or an image of one's own."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("use", "image")
    use: Literal["firelens", "otel"] | None = field(
        "A preset: firelens routes logs through Fluent Bit, otel runs an OpenTelemetry collector.",
        default=None,
    )
    image: ImageReference | None = field("The image, by digest.", default=None)
    command: Arguments = field("Replaces the image's entry point.", default=())
    args: Arguments = field("Arguments after the entry point.", default=())
    user: NumericUser = field("The user it runs as.", default="10001:10001")
    env: Variables = field("Environment variables; no secrets.", default=EMPTY)
    secrets: Secrets = field("Environment variables filled from a secret store.", default=EMPTY)
    resources: Resources = field("What it gets.", default=Resources(cpu=Cpu(64), memory=Memory(128 * 2**20)))
    port: UnprivilegedPort | None = field("A port it listens on.", default=None)
    health_command: Arguments = field(
        "A command in the container that exits 0 when it is healthy.", default=()
    )
    essential: bool = field("Whether the model is broken when this container stops.", default=False)
    depends_on: DependsOn = field("Containers or sidecars that must be there first.", default=EMPTY)

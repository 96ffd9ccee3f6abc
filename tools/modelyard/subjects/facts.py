"""Facts: what a document says of containers, images, permissions and the rest, in one vocabulary.

A rule that reads these is written once and covers Docker, compose, ECS, Kubernetes and SageMaker. Every
fact remembers its document and the path in it, so that a problem is shown where it was written. A value
that a document does not say is None, never a guess; what silence means differs by platform, and
``subjects`` of a platform fill it in only where the platform's own documents say what the default is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from modelyard.subjects.document import Document, Path

Value = TypeVar("Value")
Platform = Literal["kubernetes", "ecs", "compose", "sagemaker", "docker"]


@dataclass(frozen=True, slots=True)
class Said(Generic[Value]):
    """A value, and where it was said: the path from the document's root."""

    value: Value
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What every fact has. ``resource`` is its address inside the file, for reports and waivers."""

    document: Document
    path: Path
    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUse(Subject):
    """An image that is pulled: by a container, or as a base in FROM or COPY --from of a Dockerfile.

    ``reference`` is None where it cannot be known (a build argument without default, a CloudFormation
    function); ``path`` leads to it. Stages of the same Dockerfile and ``scratch`` are not among them.
    """

    reference: str | None
    written: str
    is_base: bool
    platform: Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvVar(Subject):
    """An environment variable with a literal value. References to secrets are ``SecretReference``."""

    name: str
    value: str
    platform: Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference(Subject):
    """A secret by reference: ``source`` is an ARN or name in ECS, ``secret-name/key`` in Kubernetes."""

    name: str
    source: str
    platform: Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount(Subject):
    """Something of the host's that a container sees. ``source`` is the path on the host."""

    source: str
    read_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Container(Subject):
    """One container of a pod, a task, a compose project, a SageMaker model, or the image a Dockerfile makes.

    ``user`` is as written: ``1000``, ``0:0``, ``root``; numbers as text. ``essential`` is false for what may
    end (init containers, ECS containers that are not essential). ``exclusive`` containers (init,
    ephemeral) serve nothing and need no probes. ``limits`` are ``cpu`` and ``memory`` as written.
    ``probes`` has ``liveness``, ``readiness``, ``startup`` or ``health`` (ECS, compose, Docker) where there
    is one. ``log`` is the logging driver where the platform wants one named, else None.
    """

    platform: Platform
    name: str
    role: Literal["main", "init", "ephemeral"] = "main"
    sidecar: bool = False
    image: ImageUse | None = None
    user: Said[str] | None = None
    run_as_non_root: Said[bool] | None = None
    privileged: Said[bool] | None = None
    read_only_root: Said[bool] | None = None
    privilege_escalation: Said[bool] | None = None
    capabilities_added: tuple[Said[str], ...] = ()
    capabilities_dropped: tuple[Said[str], ...] = ()
    host_ports: tuple[Said[int], ...] = ()
    env: tuple[EnvVar, ...] = ()
    secrets: tuple[SecretReference, ...] = ()
    command: tuple[Said[str], ...] = ()
    mounts: tuple[Mount, ...] = ()
    limits: Mapping[str, Said[Any]]
    probes: Mapping[str, Said[Any]]
    log: Said[str] | None = None
    workload: Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(Subject):
    """What containers run in together: a pod template, a task definition, a compose service, an image.

    ``host_namespaces`` are those of ``network``, ``pid``, ``ipc``, ``uts`` and ``users`` that it shares with
    the host. ``kind`` is the platform's own word: Deployment, TaskDefinition, service ... ``serves`` is
    whether it is meant to run for ever (false for jobs). ``fargate`` is true where only AWS's own nodes
    can run it (ECS requiresCompatibilities FARGATE).
    """

    platform: Platform
    kind: str
    name: str
    serves: bool
    host_namespaces: tuple[Said[str], ...] = ()
    host_paths: tuple[Said[str], ...] = ()
    fargate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod(Subject):
    """A pod spec of Kubernetes as it stands, for the Pod Security Standards. ``path`` leads to the spec.

    ``metadata`` is that of the pod or of its template. ``kind`` and ``name`` are those of the object.
    """

    kind: str
    name: str
    namespace: str
    spec: Mapping[str, Any]
    metadata: Mapping[str, Any]
    metadata_path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinition(Subject):
    """A task definition of ECS, in the spelling of the API (camelCase) wherever it was written.

    ``definition`` is for what has no fact of its own; ``at`` in :mod:`modelyard.subjects.ecs` finds a key of
    it in the document, whose spelling may be CloudFormation's.
    """

    family: str
    task_role: Said[Any] | None
    execution_role: Said[Any] | None
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EcsService(Subject):
    """A service of ECS in a CloudFormation template; ``enable_execute_command`` as written."""

    name: str
    enable_execute_command: Said[Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Subject):
    """One statement of an IAM policy: of an identity, a trust policy, or a resource (``scope``).

    Lists are lists even where the document says one string. Values that are functions of CloudFormation
    are given as text in which every ``${...}`` stands as it is, or as ``${function}`` where it is not Sub.
    """

    scope: Literal["identity", "trust", "resource"]
    owner: str  # the logical id, or the policy's name
    effect: str
    actions: tuple[Said[str], ...]
    not_actions: tuple[Said[str], ...]
    resources: tuple[Said[str], ...]
    not_resources: tuple[Said[str], ...]
    principals: tuple[Said[str], ...]  # "*", "AWS:arn...", "Service:ecs-tasks.amazonaws.com", "Federated:..."
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EcrRepository(Subject):
    """A repository of ECR in a CloudFormation template; ``properties`` as written."""

    name: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction(Subject):
    """One instruction of a Dockerfile. ``arguments`` is its text with build arguments not yet filled in;
    ``resolved`` with ARG and ENV defaults filled in as far as they are known. ``line`` counts from 1. A flag
    that is given several times (``--mount``) has its values one a line."""

    keyword: str  # upper case
    flags: Mapping[str, str]
    arguments: str
    resolved: str
    exec_form: tuple[str, ...] | None
    heredocs: tuple[str, ...]
    stage: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dockerfile(Subject):
    """A Dockerfile: its instructions in order. ``stages`` are the names of the stages, "" for none."""

    instructions: tuple[Instruction, ...]
    stages: tuple[str, ...]

    def final(self) -> tuple[Instruction, ...]:
        """The instructions of the last stage: those that make the image."""
        last = len(self.stages) - 1
        return tuple(one for one in self.instructions if one.stage == last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow(Subject):
    """A workflow of GitHub Actions; ``on`` is read whatever YAML makes of that key."""

    on: Any
    jobs: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners(Subject):
    """A CODEOWNERS file: patterns and owners, in order (the last match wins). ``line`` of each from 1."""

    rules: tuple[tuple[str, tuple[str, ...], int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelManifest(Subject):
    """A manifest of ours, as plain data; ``path`` is not empty for the one inside a release."""

    name: str
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry(Subject):
    """One entry of Dockerfiles/base-images.yaml, as plain data."""

    key: str
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Subject):
    """A document as a whole, for rules that need no other fact. Every document is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed(Subject):
    """A part of a document that is not what its platform takes there, so that rules could not look at it.

    ``path`` leads to the part, or to the nearest value that holds it; ``message`` says what is wrong with it.
    """

    message: str

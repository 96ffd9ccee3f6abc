"""What every document of a workload shares: its settings, its cluster, and the names that follow."""

from __future__ import annotations

from dataclasses import dataclass

from modelyard.resolve.workload import PolicyStatement, ResolvedContainer, ResolvedSidecar, Workload
from modelyard.targets.kubernetes import telemetry
from modelyard.targets.kubernetes.order import Order, order_of
from modelyard.targets.kubernetes.settings import Compute, Identity, KubernetesPlatform, KubernetesSettings

TARGET_NAME = "kubernetes"
Part = ResolvedContainer | ResolvedSidecar
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_MAX_ROLE_NAME = 64


@dataclass(frozen=True)
class Context:
    """A workload on its cluster. ``role`` is empty where the model may do nothing in AWS."""

    workload: Workload
    settings: KubernetesSettings
    platform: KubernetesPlatform
    compute: Compute
    order: Order
    statements: tuple[PolicyStatement, ...]
    identity: Identity
    role: str

    @property
    def on_fargate(self) -> bool:
        """Whether the pods run on Fargate, which can do less than a node."""
        return self.compute == "fargate"

    @property
    def name(self) -> str:
        """The name of the Deployment or CronJob, and of all that there is one of."""
        return self.workload.model

    @property
    def namespace(self) -> str:
        """The namespace of everything."""
        return self.platform.namespace

    @property
    def parts(self) -> tuple[Part, ...]:
        """The model's containers, and then its sidecars."""
        return (*self.workload.containers, *self.workload.sidecars)

    @property
    def telemetry(self) -> ResolvedSidecar | None:
        """The OpenTelemetry collector beside the model, if there is one."""
        return next((part for part in self.workload.sidecars if part.preset == "otel"), None)


def context_of(workload: Workload) -> Context:
    """Everything that is decided once for all documents."""
    settings, platform = workload.settings[TARGET_NAME], workload.platform(TARGET_NAME)
    assert isinstance(settings, KubernetesSettings)
    assert isinstance(platform, KubernetesPlatform)
    compute = settings.compute or platform.compute[0]
    statements = workload.statements
    if any(part.preset == "otel" for part in workload.sidecars):
        statements += telemetry.statements(workload)
    return Context(
        workload=workload,
        settings=settings,
        platform=platform,
        compute=compute,
        order=order_of(workload),
        statements=statements,
        identity=_identity(settings, platform, compute),
        role=role_name(workload) if statements else "",
    )


def _identity(settings: KubernetesSettings, platform: KubernetesPlatform, compute: Compute) -> Identity:
    if settings.identity is not None:
        return settings.identity
    if compute == "fargate" and "irsa" in platform.identity:
        return "irsa"  # Fargate has no Pod Identity agent
    return platform.identity[0]


def role_name(workload: Workload) -> str:
    """``<environment>-<model>-pods-<region>``: IAM is global, and so the region must be in the name.

    The names of a long model in a long region are cut, and told apart by a hash.
    """
    name = f"{workload.full_name}-pods-{workload.place.region}"
    if len(name) <= _MAX_ROLE_NAME:
        return name
    return f"{name[: _MAX_ROLE_NAME - 9]}-{short_hash(name, 8)}"


def short_hash(text: str, length: int = 10) -> str:
    """The first hex digits of the SHA-256 of ``text``."""
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:length]

"""What a manifest says under ``targets.kubernetes``, and what an environment says of its cluster.

Facts of EKS are from its user guide: https://docs.aws.amazon.com/eks/latest/userguide/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from modelyard.spec.container import EMPTY
from modelyard.spec.environment import AwsId
from modelyard.spec.field import Range, Size, Spec, Text, field
from modelyard.spec.names import Cidr, GpuType, LabelValue, PartName
from modelyard.values import Arn

Compute = Literal["nodes", "fargate", "karpenter"]
Identity = Literal["irsa", "pod-identity"]
Scheme = Literal["internal", "internet-facing"]
ObjectName = Annotated[
    str,
    Text(
        "a Kubernetes name",
        r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?",
        1,
        63,
        "use lower-case letters, digits and dashes",
    ),
]
Namespace = Annotated[
    str,
    Text(
        "a namespace", r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", 1, 63, "use lower-case letters, digits and dashes"
    ),
]
# What both an Ingress and an HTTPRoute take: no empty segments, no dots to climb by, no escapes.
IngressPath = Annotated[
    str,
    Text(
        "a URL path", r"/|(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._~-]+)+/?", 1, 256, "as in /score, without % and //"
    ),
]
# With a prefix, as in karpenter.sh/nodepool: syntax of Kubernetes label keys.
NodeLabel = Annotated[
    str,
    Text(
        "a label key",
        r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?",
        1,
        200,
        "as in karpenter.k8s.aws/instance-gpu-name",
    ),
]
NodeLabels = Annotated[Mapping[NodeLabel, LabelValue], Size(0, 10)]
HostName = Annotated[
    str,
    Text(
        "a host name",
        r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
        4,
        253,
        "as in fraud.example.com",
    ),
]
# The issuer without https://, as in aws eks describe-cluster --query cluster.identity.oidc.issuer.
OidcProvider = Annotated[
    str,
    Text(
        "an OIDC issuer",
        r"oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/id/[0-9A-F]{32}",
        60,
        120,
        "without https://",
    ),
]
ClusterName = Annotated[str, Text("an EKS cluster", r"[0-9A-Za-z][A-Za-z0-9_-]*", 1, 100)]


@dataclass(frozen=True, kw_only=True)
class Ingress(Spec):
    """A host name under which the model answers outside the cluster."""

    host: HostName = field(
        "The host name; its certificate is found in ACM by it.", examples=("fraud.example.com",)
    )
    path: IngressPath = field(
        "Requests below this path go to the model, with the path as it is.", default="/"
    )
    scheme: Scheme = field(
        "Whether the load balancer is in private subnets or on the internet.", default="internal"
    )


@dataclass(frozen=True, kw_only=True)
class KubernetesSettings(Spec):
    """What is particular to Kubernetes about a model."""

    compute: Compute | None = field(
        "What the pods run on: nodes of a managed group, Fargate, or nodes that Karpenter starts; by "
        "default the first that the cluster offers.",
        default=None,
    )
    capacity: Literal["on-demand", "spot"] | None = field(
        "The capacity that Karpenter buys; any by default.", default=None
    )
    identity: Identity | None = field(
        "How pods get their IAM role; by default the first way that the cluster offers there.", default=None
    )
    ingress: Ingress | None = field("A way in from outside the cluster; none by default.", default=None)
    spread: bool = field(
        "Whether replicas are spread over zones and nodes, where there are at least two.", default=True
    )
    priority_class: ObjectName | None = field("A priority class of the cluster.", default=None)
    max_surge: Annotated[int, Range(0, 100, "replicas")] = field(
        "How many replicas a rollout may have besides; 0 where there is no GPU to spare.", default=1
    )
    max_unavailable: Annotated[int, Range(0, 100, "replicas")] = field(
        "How many replicas a rollout may take away before their successors answer.", default=0
    )


@dataclass(frozen=True, kw_only=True)
class SecretStore(Spec):
    """A store of the External Secrets Operator."""

    name: ObjectName = field("Its name.", examples=("secrets-manager",))
    kind: Literal["ClusterSecretStore", "SecretStore"] = field("Its kind.", default="ClusterSecretStore")


@dataclass(frozen=True, kw_only=True)
class Toleration(Spec):
    """A taint of nodes that pods must accept."""

    key: NodeLabel = field("The taint's key.", examples=("nvidia.com/gpu",))
    value: LabelValue | None = field("Its value; any by default.", default=None)
    effect: Literal["NoSchedule", "NoExecute", "PreferNoSchedule"] = field(
        "Its effect.", default="NoSchedule"
    )


@dataclass(frozen=True, kw_only=True)
class GpuNodes(Spec):
    """The nodes that have one kind of GPU."""

    node_selector: NodeLabels = field(
        "Labels of those nodes; with Karpenter its own: node.kubernetes.io/instance-family is unknown to it.",
        examples=({"karpenter.k8s.aws/instance-gpu-name": "l4"},),
    )
    tolerations: Annotated[tuple[Toleration, ...], Size(0, 10)] = field(
        "Their taints.", default=(Toleration(key="nvidia.com/gpu"),)
    )


@dataclass(frozen=True, kw_only=True)
class FargateProfile(Spec):
    """What the cluster's Fargate profile selects, besides the namespace."""

    labels: NodeLabels = field(
        "Pod labels that it selects.", default=MappingProxyType({"modelyard.dev/compute": "fargate"})
    )
    security_groups: Annotated[tuple[AwsId, ...], Size(0, 5)] = field(
        "Security groups of the pods; the cluster's by default.",
        default=(),
        examples=(("sg-0a1b2c3d4e5f60718",),),
    )


@dataclass(frozen=True, kw_only=True)
class Gateway(Spec):
    """A Gateway of the Gateway API; with it, models get an HTTPRoute instead of an Ingress."""

    name: ObjectName = field("Its name.", examples=("models",))
    namespace: Namespace = field("Its namespace.", examples=("gateways",))
    scheme: Scheme = field("Where its load balancer is.", default="internal")


@dataclass(frozen=True, kw_only=True)
class Monitoring(Spec):
    """Who reads metrics."""

    namespace: Namespace = field("The namespace that scrapes come from.", examples=("monitoring",))
    scrape: Literal["annotations", "pod-monitor"] = field(
        "How pods are found: by the prometheus.io annotations, which need no operator but can name one port "
        "only, or by a PodMonitor of the Prometheus operator.",
        default="annotations",
    )


@dataclass(frozen=True, kw_only=True)
class KubernetesPlatform(Spec):
    """An EKS cluster in a region of an environment, and the namespace that models run in."""

    version: Literal["1.34", "1.35", "1.36"] = field(
        "Its version: one in EKS standard support, and one that Modelyard's manifests were checked against.",
        examples=("1.35",),
    )
    cluster: ClusterName = field("Its name.", examples=("models-dev",))
    namespace: Namespace = field("The namespace that models run in.", examples=("models",))
    compute: Annotated[tuple[Compute, ...], Size(1, 3)] = field(
        "What it offers pods to run on; the first is the default.", default=("nodes",)
    )
    identity: Annotated[tuple[Identity, ...], Size(1, 2)] = field(
        "The ways in which pods get an IAM role there; the first is the default.", default=("irsa",)
    )
    oidc_provider: OidcProvider | None = field(
        "Its OIDC issuer without https://, which IRSA needs.",
        default=None,
        examples=("oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",),
    )
    permissions_boundary: Arn | None = field("A policy that bounds every role of a model.", default=None)
    secret_store: SecretStore | None = field("The store that reads AWS Secrets Manager.", default=None)
    parameter_store: SecretStore | None = field("The store that reads SSM Parameter Store.", default=None)
    storage_classes: Annotated[Mapping[PartName, ObjectName], Size(0, 10)] = field(
        "The storage class of each EBS volume type.", default=EMPTY, examples=({"gp3": "ebs-gp3"},)
    )
    gpu: Annotated[Mapping[GpuType, GpuNodes], Size(0, 20)] = field("Its kinds of GPU.", default=EMPTY)
    karpenter_node_pool: ObjectName | None = field("The NodePool of models without a GPU.", default=None)
    fargate: FargateProfile = field("What its Fargate profile selects.", default=FargateProfile())
    gateway: Gateway | None = field(
        "Its Gateway; without one, models get an Ingress of class alb.", default=None
    )
    load_balancer_cidrs: Annotated[tuple[Cidr, ...], Size(0, 16)] = field(
        "Where load balancers connect from; the VPC by default.", default=()
    )
    monitoring: Monitoring | None = field("Who reads metrics.", default=None)
    priority_classes: Annotated[tuple[ObjectName, ...], Size(0, 20)] = field(
        "The priority classes that models may name.", default=()
    )
    dns_cidrs: Annotated[tuple[Cidr, ...], Size(0, 4)] = field(
        "Addresses of a DNS cache on the nodes, besides the cluster's own DNS in kube-system.",
        default=(),
        examples=(("169.254.20.10/32",),),
    )

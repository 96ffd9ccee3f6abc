"""The NetworkPolicy: everything is denied in both directions, but what is declared and what it takes to work.

Probes come from the node itself, which no policy keeps out. EKS enforces policies on EC2 nodes only;
pods on Fargate have security groups instead.
https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelyard.artifact import Plain
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.labels import document, selector
from modelyard.targets.kubernetes.service import metrics_ports, serving

# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
_POD_IDENTITY_AGENT = "169.254.170.23/32"
_ANYWHERE = ("0.0.0.0/0",)


def network_policy(context: Context) -> Iterator[Plain]:
    """The policy of the pods, where policies are enforced."""
    if not context.on_fargate:
        spec = {
            "podSelector": {"matchLabels": selector(context)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": list(_ingress(context)),
            "egress": list(_egress(context)),
        }
        yield document(context, "networking.k8s.io/v1", "NetworkPolicy", spec)


def security_group_policy(context: Context) -> Iterator[Plain]:
    """The security groups of pods on Fargate, where the cluster has some for models.

    https://docs.aws.amazon.com/eks/latest/userguide/sg-pods-example-deployment.html
    """
    groups = context.platform.fargate.security_groups
    if context.on_fargate and groups:
        spec = {
            "podSelector": {"matchLabels": selector(context)},
            "securityGroups": {"groupIds": list(groups)},
        }
        yield document(context, "vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", spec)


def _ingress(context: Context) -> Iterator[Plain]:
    ports = [serve.port for _, serve in serving(context)] if context.workload.service is not None else []
    if ports:
        yield {"from": _callers(context), "ports": _tcp(ports)}
        if context.settings.ingress is not None:
            yield {"from": _load_balancers(context), "ports": _tcp(ports[:1])}
    monitoring = context.platform.monitoring
    scraped = metrics_ports(context)
    if monitoring is not None and scraped:
        yield {"from": [_namespace(monitoring.namespace)], "ports": _tcp(scraped)}


def _callers(context: Context) -> list[Plain]:
    named = context.workload.network.allow_from
    if not named:
        vpc = context.workload.place.vpc
        return _ranges((vpc.cidr,)) if vpc is not None else [{"podSelector": {}}]
    return [_namespace(peer.namespace) if peer.namespace else _range(peer.cidr or "") for peer in named]


def _load_balancers(context: Context) -> list[Plain]:
    vpc, gateway = context.workload.place.vpc, context.platform.gateway
    ranges = context.platform.load_balancer_cidrs or ((vpc.cidr,) if vpc is not None else ())
    found = _ranges(ranges)
    if gateway is not None:
        found.append(_namespace(gateway.namespace))
    return found


def _egress(context: Context) -> Iterator[Plain]:
    workload = context.workload
    resolver = _namespace("kube-system") | {"podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}
    yield {
        "to": [resolver, *_ranges(context.platform.dns_cidrs)],
        "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
    }
    if context.role:  # who has no role has nothing to ask AWS; secrets are fetched by the operator
        vpc = workload.place.vpc
        yield {"to": _ranges(vpc.aws_apis if vpc is not None else _ANYWHERE), "ports": _tcp([443])}
        if context.identity == "pod-identity":
            yield {"to": _ranges((_POD_IDENTITY_AGENT,)), "ports": _tcp([80])}
    for target in workload.network.allow_to:
        yield {"to": _ranges((target.cidr,)), "ports": [{"protocol": target.protocol, "port": target.port}]}


def _ranges(cidrs: Iterable[str]) -> list[Plain]:
    return [_range(cidr) for cidr in cidrs]


def _range(cidr: str) -> Plain:
    return {"ipBlock": {"cidr": cidr}}


def _namespace(name: str) -> dict[str, Plain]:
    """Namespaces have carried this label since Kubernetes 1.22."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _tcp(ports: Iterable[int]) -> list[Plain]:
    return [{"protocol": "TCP", "port": port} for port in ports]

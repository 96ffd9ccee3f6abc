"""A model that answers requests: Deployment, Service, autoscaler, disruption budget, way in, monitoring."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.artifact import Plain
from modelyard.resolve.workload import ResolvedContainer
from modelyard.spec.container import Serve
from modelyard.spec.manifest import Scaling, Service
from modelyard.targets.kubernetes.containers import port_name
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.labels import document, selector
from modelyard.targets.kubernetes.pod import pod_monitor, pod_template

# Nodes are started, images pulled and weights fetched before the startup probe begins to count.
_BEFORE_START = 900
# Attributes of load balancers and targets: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/
_MAX_IDLE, _MAX_DELAY = 4000, 3600


def deployment(context: Context) -> Plain:
    """The Deployment; without ``replicas`` where the autoscaler decides, or each apply would undo it."""
    service = _service(context)
    startups = [serve.startup.seconds for _, serve in serving(context)]
    spec: dict[str, Plain] = {}
    if service.scaling.min == service.scaling.max:
        spec["replicas"] = service.scaling.min
    spec["revisionHistoryLimit"] = 5
    spec["progressDeadlineSeconds"] = max(startups, default=0) + _BEFORE_START
    settings = context.settings
    spec["strategy"] = {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": settings.max_unavailable, "maxSurge": settings.max_surge},
    }
    spec["selector"] = {"matchLabels": selector(context)}
    spec["template"] = pod_template(context)
    annotations = {"modelyard.dev/description": context.workload.description}
    return document(context, "apps/v1", "Deployment", spec, annotations=annotations)


def _service(context: Context) -> Service:
    assert context.workload.service is not None
    return context.workload.service


def serving(context: Context) -> list[tuple[ResolvedContainer, Serve]]:
    """The containers that answer requests."""
    return [(part, part.serve) for part in context.workload.containers if part.serve is not None]


def cluster_service(context: Context) -> Plain:
    """The Service: one port for each container that serves, the first of which is the model's."""
    ports = []
    for container, serve in serving(context):
        name = port_name(context.workload, container)
        port = {
            "name": name,
            "port": serve.port,
            "targetPort": name,
            "protocol": "TCP",
            "appProtocol": "http",
        }
        ports.append(port)
    return document(
        context, "v1", "Service", {"type": "ClusterIP", "selector": selector(context), "ports": ports}
    )


def autoscaler(context: Context) -> Iterator[Plain]:
    """A HorizontalPodAutoscaler where there is something to decide."""
    scaling = _service(context).scaling
    if scaling.min == scaling.max:
        return
    metrics = [
        {
            "type": "Resource",
            "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}},
        }
        for name, percent in (("cpu", scaling.cpu), ("memory", scaling.memory))
        if percent is not None
    ]
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": context.name},
        "minReplicas": scaling.min,
        "maxReplicas": scaling.max,
        "metrics": metrics,
        "behavior": _behavior(scaling),
    }
    yield document(context, "autoscaling/v2", "HorizontalPodAutoscaler", spec)


def _behavior(scaling: Scaling) -> Plain:
    """Twice as many replicas at a time, but a tenth fewer: too few are worse than too many."""
    out, back = scaling.scale_out_cooldown.seconds, scaling.scale_in_cooldown.seconds
    return {
        "scaleUp": {
            "stabilizationWindowSeconds": out,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 60},
                {"type": "Pods", "value": 2, "periodSeconds": 60},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": back,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 10, "periodSeconds": 60},
                {"type": "Pods", "value": 1, "periodSeconds": 60},
            ],
        },
    }


def disruption_budget(context: Context) -> Iterator[Plain]:
    """One replica at a time may be moved; with a single one this would only keep nodes from draining.

    Replicas that are not ready may always be moved: they serve nobody.
    """
    if _service(context).scaling.min >= 2:
        spec = {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(context)},
        }
        yield document(context, "policy/v1", "PodDisruptionBudget", spec)


def way_in(context: Context) -> Iterator[Plain]:
    """An HTTPRoute where the cluster has a Gateway, else an Ingress of the AWS Load Balancer Controller."""
    if context.settings.ingress is not None:
        yield _ingress(context) if context.platform.gateway is None else _route(context)


def _ingress(context: Context) -> Plain:
    """Annotations: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/."""
    asked, serve = context.settings.ingress, context.workload.primary.serve
    assert asked is not None
    assert serve is not None
    annotations = {
        "alb.ingress.kubernetes.io/scheme": asked.scheme,
        "alb.ingress.kubernetes.io/target-type": "ip",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS":443}]',
        "alb.ingress.kubernetes.io/healthcheck-path": serve.ping,
        # The load balancer must not give up on a request before the model does.
        "alb.ingress.kubernetes.io/load-balancer-attributes": (
            f"idle_timeout.timeout_seconds={min(max(60, serve.timeout.seconds + 5), _MAX_IDLE)},"
            "routing.http.drop_invalid_header_fields.enabled=true"
        ),
        "alb.ingress.kubernetes.io/target-group-attributes": (
            f"deregistration_delay.timeout_seconds={min(max(1, serve.drain.seconds), _MAX_DELAY)}"
        ),
    }
    backend = {"service": {"name": context.name, "port": {"name": "http"}}}
    spec = {
        "ingressClassName": "alb",
        "rules": [
            {
                "host": asked.host,
                "http": {"paths": [{"path": asked.path, "pathType": "Prefix", "backend": backend}]},
            }
        ],
    }
    return document(context, "networking.k8s.io/v1", "Ingress", spec, annotations=annotations)


def _route(context: Context) -> Plain:
    asked, gateway, serve = context.settings.ingress, context.platform.gateway, context.workload.primary.serve
    assert asked is not None
    assert gateway is not None
    assert serve is not None
    spec = {
        "parentRefs": [
            {
                "group": "gateway.networking.k8s.io",
                "kind": "Gateway",
                "name": gateway.name,
                "namespace": gateway.namespace,
            }
        ],
        "hostnames": [asked.host],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": asked.path}}],
                "backendRefs": [
                    {"group": "", "kind": "Service", "name": context.name, "port": serve.port, "weight": 1}
                ],
            }
        ],
    }
    return document(context, "gateway.networking.k8s.io/v1", "HTTPRoute", spec)


def monitoring(context: Context) -> Iterator[Plain]:
    """A PodMonitor, where the cluster has the operator that reads it."""
    found = context.platform.monitoring
    endpoints = pod_monitor(context)
    if found is not None and found.scrape == "pod-monitor" and endpoints:
        spec = {"selector": {"matchLabels": selector(context)}, "podMetricsEndpoints": endpoints}
        yield document(context, "monitoring.coreos.com/v1", "PodMonitor", spec)


def metrics_ports(context: Context) -> list[int]:
    """The port numbers that metrics are read from."""
    return sorted({serve.metrics.port for _, serve in serving(context) if serve.metrics is not None})

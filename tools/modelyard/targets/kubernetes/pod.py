"""The pod: where it runs, as whom, and its containers in their order."""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.targets.kubernetes.containers import (
    fetch_container,
    ids,
    metrics_port,
    model_container,
    sidecar_container,
)
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.labels import pod_labels, selector
from modelyard.targets.kubernetes.probes import grace_seconds
from modelyard.targets.kubernetes.settings import GpuNodes, Toleration
from modelyard.targets.kubernetes.volumes import volumes


def pod_template(context: Context) -> dict[str, Plain]:
    """The template of a Deployment's or a Job's pods."""
    metadata: dict[str, Plain] = {"labels": pod_labels(context)}
    annotations = _annotations(context)
    if annotations:
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": _pod_spec(context)}


def _annotations(context: Context) -> dict[str, str]:
    workload = context.workload
    # The API takes the first container otherwise only as long as no webhook puts one before it.
    found = {"kubectl.kubernetes.io/default-container": workload.primary.name}
    monitoring = context.platform.monitoring
    if monitoring is not None and monitoring.scrape == "annotations":
        for container in workload.containers:
            if container.serve is not None and container.serve.metrics is not None:
                metrics = container.serve.metrics
                found["prometheus.io/scrape"] = "true"
                found["prometheus.io/port"] = str(metrics.port)
                found["prometheus.io/path"] = metrics.path
                break
    if workload.job is not None and context.compute == "karpenter":
        found["karpenter.sh/do-not-disrupt"] = "true"  # a run that is moved begins again
    return found


def _pod_spec(context: Context) -> dict[str, Plain]:
    workload, settings = context.workload, context.settings
    spec: dict[str, Plain] = {
        "serviceAccountName": context.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
    }
    if settings.priority_class is not None:
        spec["priorityClassName"] = settings.priority_class
    if workload.job is not None:
        spec["restartPolicy"] = "Never"
        spec["activeDeadlineSeconds"] = workload.job.timeout.seconds
    spec["terminationGracePeriodSeconds"] = grace_seconds(context)
    spec["nodeSelector"] = node_selector(context)
    accepted = [_toleration(item) for item in _tolerations(context)]
    if accepted:
        spec["tolerations"] = accepted
    if workload.service is not None and workload.service.scaling.min >= 2 and settings.spread:
        spec["topologySpreadConstraints"] = [
            _spread(context, "topology.kubernetes.io/zone"),
            _spread(context, "kubernetes.io/hostname"),
        ]
    _, group = ids(workload.primary.user)
    spec["securityContext"] = {
        "runAsNonRoot": True,
        "fsGroup": group,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    first = [fetch_container(context)] if workload.deliveries else []
    first += [sidecar_container(context, part, before=True) for part in context.order.first]
    if first:
        spec["initContainers"] = first
    spec["containers"] = [model_container(context, part) for part in workload.containers]
    spec["containers"] += [sidecar_container(context, part, before=False) for part in context.order.beside]
    spec["volumes"] = volumes(context)
    return spec


def node_selector(context: Context) -> dict[str, str]:
    """The labels of the nodes that can run the pod."""
    found = {"kubernetes.io/arch": context.workload.architecture}
    if context.compute == "karpenter":
        if context.platform.karpenter_node_pool is not None:
            found["karpenter.sh/nodepool"] = context.platform.karpenter_node_pool
        if context.settings.capacity is not None:
            found["karpenter.sh/capacity-type"] = context.settings.capacity
    nodes = _gpu_nodes(context)
    if nodes:
        found.pop("karpenter.sh/nodepool", None)  # the pool of models without one
    for item in nodes:
        found.update(item.node_selector)
    return found


def gpu_types(context: Context) -> list[str]:
    """The kinds of GPU that the containers ask for, each once."""
    asked = [part.resources.gpu for part in context.workload.containers]
    return list(dict.fromkeys(gpu.type for gpu in asked if gpu is not None))


def _gpu_nodes(context: Context) -> list[GpuNodes]:
    """What the environment says of them; a kind that it does not know is a finding."""
    known = context.platform.gpu
    return [known[kind] for kind in gpu_types(context) if kind in known]


def _tolerations(context: Context) -> list[Toleration]:
    return [taint for item in _gpu_nodes(context) for taint in item.tolerations]


def _toleration(taint: Toleration) -> Plain:
    if taint.value is None:
        return {"key": taint.key, "operator": "Exists", "effect": taint.effect}
    return {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}


def _spread(context: Context, topology: str) -> Plain:
    """As evenly as possible; a zone without room must not keep a replica from starting at all.

    The revision's hash is matched too, or the pods of the old revision would count during a rollout.
    """
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(context)},
        "matchLabelKeys": ["pod-template-hash"],
    }


def pod_monitor(context: Context) -> list[Plain]:
    """The endpoints of a PodMonitor."""
    return [
        {"port": metrics_port(context.workload, part), "path": part.serve.metrics.path, "scheme": "http"}
        for part in context.workload.containers
        if part.serve is not None and part.serve.metrics is not None
    ]

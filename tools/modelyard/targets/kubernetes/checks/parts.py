"""Containers in one pod: their order, names, ports, users and folders."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.workload import ResolvedContainer
from modelyard.targets.kubernetes import telemetry
from modelyard.targets.kubernetes.containers import ids
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.delivery import NAME as FETCH
from modelyard.targets.kubernetes.delivery import weights
from modelyard.targets.kubernetes.probes import sidecar_check
from modelyard.targets.kubernetes.volumes import SHARED_MEMORY, TMP

# https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/: the range of runAsUser.
_MAX_ID = 2**31 - 1


def check_parts(context: Context) -> Iterator[Finding]:
    """Everything about the containers of the pod."""
    yield from _order(context)
    yield from _awaited(context)
    yield from _names(context)
    yield from _ports(context)
    yield from _users(context)
    yield from _folders(context)
    yield from _metrics(context)


def _order(context: Context) -> Iterator[Finding]:
    """The containers of a pod start at once: nothing can wait for one of the model's own."""
    workload = context.workload
    own = {part.name for part in workload.containers}
    for part in context.parts:
        waits = part.depends_on if isinstance(part, ResolvedContainer) else part.spec.depends_on
        for name in waits:
            if name in own:
                message = (
                    f"{part.name} waits for {name}, but Kubernetes starts the containers of a pod at once"
                )
                alone = f"let {part.name} try until {name} answers"
                hint = f"make {name} a sidecar, or {alone}" if part.name in own else alone
                yield workload.finding("order-of-containers", (*part.path, "dependsOn", name), message, hint)


def _awaited(context: Context) -> Iterator[Finding]:
    workload = context.workload
    for sidecar in workload.sidecars:
        conditions = context.order.awaited.get(sidecar.name, frozenset())
        if "healthy" in conditions and not sidecar_check(sidecar):
            message = f"something waits for {sidecar.name} to be healthy, but nothing says how to ask it"
            yield workload.finding("no-health-check", sidecar.path, message, "add healthCommand or port")
        if "succeeded" in conditions and len(conditions) > 1:
            message = f"{sidecar.name} is waited for to end and to run"
            hint = "let all that depend on it wait for the same"
            yield workload.finding("conflicting-order", sidecar.path, message, hint)


def _names(context: Context) -> Iterator[Finding]:
    workload = context.workload
    if context.name == "default":
        message = 'the ServiceAccount "default" is that of every pod of the namespace that names none'
        yield workload.finding("reserved-name", ("name",), message, "choose another name for the model")
    if workload.deliveries:
        for part in context.parts:
            if part.name == FETCH:
                message = f"{FETCH} is the init container that fetches weights"
                yield workload.finding("name-clash", part.path, message, "choose another name")


def _ports(context: Context) -> Iterator[Finding]:
    workload, collector = context.workload, context.telemetry
    if collector is None:
        return
    taken = {telemetry.GRPC_PORT, telemetry.HTTP_PORT, telemetry.HEALTH_PORT}
    message = "port {} is one of the OpenTelemetry collector's: the containers of a pod share one address"
    hint = f"give it another port than {', '.join(map(str, sorted(taken)))}"
    for container in workload.containers:
        if container.serve is not None and container.serve.port in taken:
            path = (*container.path, "serve", "port")
            yield workload.finding("port-clash", path, message.format(container.serve.port), hint)
        metrics = container.serve.metrics if container.serve is not None else None
        if metrics is not None and metrics.port in taken:
            path = (*container.path, "serve", "metrics", "port")
            yield workload.finding("port-clash", path, message.format(metrics.port), hint)
    for sidecar in workload.sidecars:
        if sidecar is not collector and sidecar.spec.port in taken:
            path = (*sidecar.path, "port")
            yield workload.finding("port-clash", path, message.format(sidecar.spec.port), hint)
        if sidecar is not collector and sidecar.preset == "otel":
            text = f"{collector.name} is a collector already"
            yield workload.finding("port-clash", (*sidecar.path, "use"), text, "keep one of them")


def _users(context: Context) -> Iterator[Finding]:
    workload = context.workload
    users = [(part.path, part.user) for part in workload.containers]
    users += [(part.path, part.spec.user) for part in workload.sidecars]
    for path, user in users:
        if max(ids(user)) > _MAX_ID:
            message = f"{user} is beyond what Kubernetes takes"
            yield workload.finding("user-out-of-range", (*path, "user"), message, f"stay below {_MAX_ID + 1}")


def _folders(context: Context) -> Iterator[Finding]:
    """Temporary files and shared memory have their folders, and weights are mounted for reading only."""
    workload = context.workload
    shared = [part for part in workload.containers if part.resources.shared_memory is not None]
    for volume in workload.volumes:
        path = ("volumes", volume.name, "path")
        if volume.path == SHARED_MEMORY and shared:
            message = f"{SHARED_MEMORY} is the shared memory of {shared[0].name}"
            yield workload.finding("path-clash", path, message, "mount it elsewhere, or remove sharedMemory")
        for item in weights(workload):
            if volume.path == item.folder or volume.path.startswith(item.folder + "/"):
                message = f"{volume.path} is in {item.folder}, where weights are mounted for reading only"
                yield workload.finding("path-clash", path, message, "mount it elsewhere")
    for delivery in workload.deliveries:
        if delivery.folder in (TMP, SHARED_MEMORY):
            message = f"{delivery.folder} would be for reading only"
            path = ("artifacts", delivery.name, "path")
            yield workload.finding(
                "path-clash", path, message, f"put it elsewhere: /opt/ml/model/{delivery.name}"
            )


def _metrics(context: Context) -> Iterator[Finding]:
    workload, monitoring = context.workload, context.platform.monitoring
    if monitoring is None or monitoring.scrape != "annotations":
        return
    measured = [
        part for part in workload.containers if part.serve is not None and part.serve.metrics is not None
    ]
    for container in measured[1:]:
        message = f"{measured[0].name} has metrics too, and annotations can name one port only"
        hint = "let one container give the metrics of all, or let the platform team use scrape: pod-monitor"
        yield workload.finding("several-metrics-ports", (*container.path, "serve", "metrics"), message, hint)

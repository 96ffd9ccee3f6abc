"""Containers: the model's own, its sidecars, and the one that fetches weights."""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.resolve.fetching import SCRIPT, fetch_words
from modelyard.resolve.workload import ResolvedContainer, ResolvedSidecar, Workload
from modelyard.targets.kubernetes import telemetry
from modelyard.targets.kubernetes.config import config_reference, secret_references
from modelyard.targets.kubernetes.context import Context, Part
from modelyard.targets.kubernetes.delivery import NAME, weights
from modelyard.targets.kubernetes.probes import literal, model_probes, pre_stop, sidecar_probes
from modelyard.targets.kubernetes.resources import fetch_resources, model_resources, sidecar_resources
from modelyard.targets.kubernetes.volumes import TMP, fetch_mounts, model_mounts, sidecar_mounts


def security(user: str) -> dict[str, Plain]:
    """What the restricted Pod Security Standard asks of a container, and a read-only root besides.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    uid, gid = ids(user)
    return {
        "runAsNonRoot": True,
        "runAsUser": uid,
        "runAsGroup": gid,
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def ids(user: str) -> tuple[int, int]:
    """``uid`` or ``uid:gid`` as numbers; without a group, the one of the user's number."""
    uid, _, gid = user.partition(":")
    return int(uid), int(gid or uid)


def port_name(workload: Workload, container: ResolvedContainer, prefix: str = "http") -> str:
    """``http`` for the container that is asked, ``http-2`` ... for the others: at most 15 characters."""
    number = workload.containers.index(container) + 1
    return prefix if number == 1 else f"{prefix}-{number}"


def metrics_port(workload: Workload, container: ResolvedContainer) -> str:
    """The name of the port that metrics are read from, which may be the serving port."""
    assert container.serve is not None
    assert container.serve.metrics is not None
    shared = container.serve.metrics.port == container.serve.port
    return port_name(workload, container, "http" if shared else "metrics")


def model_container(context: Context, container: ResolvedContainer) -> Plain:
    """One of the model's own containers."""
    result = _head(container.name, container.image, container.command, container.args)
    if container.serve is not None:
        result["ports"] = _ports(context.workload, container)
    _environment(context, container, result)
    result["resources"] = model_resources(context, container)
    if container.serve is not None and context.workload.service is not None:
        result.update(model_probes(container.serve, port_name(context.workload, container)))
        result["lifecycle"] = pre_stop(context)
    return _tail(result, container.user, model_mounts(context, container))


def _ports(workload: Workload, container: ResolvedContainer) -> list[Plain]:
    serve = container.serve
    assert serve is not None
    ports = [{"name": port_name(workload, container), "containerPort": serve.port, "protocol": "TCP"}]
    if serve.metrics is not None and serve.metrics.port != serve.port:
        name = metrics_port(workload, container)
        ports.append({"name": name, "containerPort": serve.metrics.port, "protocol": "TCP"})
    return ports


def sidecar_container(context: Context, sidecar: ResolvedSidecar, *, before: bool) -> Plain:
    """A sidecar; ``before`` the model as an init container, which runs on unless its end is waited for."""
    spec = sidecar.spec
    result = _head(sidecar.name, sidecar.image, spec.command, spec.args)
    if before and not context.order.runs_once(sidecar):
        result["restartPolicy"] = "Always"
    if sidecar.preset == "otel":
        result["ports"] = [
            {"name": "otlp-grpc", "containerPort": telemetry.GRPC_PORT, "protocol": "TCP"},
            {"name": "otlp-http", "containerPort": telemetry.HTTP_PORT, "protocol": "TCP"},
        ]
    elif spec.port is not None:
        result["ports"] = [{"containerPort": spec.port, "protocol": "TCP"}]
    _environment(context, sidecar, result)
    result["resources"] = sidecar_resources(spec.resources)
    result.update(sidecar_probes(context, sidecar))
    return _tail(result, spec.user, sidecar_mounts(sidecar))


def fetch_container(context: Context) -> Plain:
    """The init container that fetches weights, as the user who reads them."""
    workload = context.workload
    result = _head(NAME, workload.fetcher_image, ("sh", "-ceu", SCRIPT, NAME), tuple(fetch_words(workload)))
    result["env"] = [
        {"name": "AWS_EC2_METADATA_DISABLED", "value": "true"},
        {"name": "AWS_REGION", "value": workload.place.region},
        {"name": "HOME", "value": TMP},
    ]
    result["resources"] = fetch_resources()
    return _tail(result, workload.primary.user, fetch_mounts(weights(workload)))


def _head(name: str, image: str, command: tuple[str, ...], args: tuple[str, ...]) -> dict[str, Plain]:
    result: dict[str, Plain] = {"name": name, "image": image, "imagePullPolicy": "IfNotPresent"}
    if command:
        result["command"] = [literal(word) for word in command]
    if args:
        result["args"] = [literal(word) for word in args]
    return result


def _environment(context: Context, part: Part, result: dict[str, Plain]) -> None:
    result["envFrom"] = config_reference(context, part)
    secrets = secret_references(context, part.secrets)
    if secrets:
        result["env"] = secrets


def _tail(result: dict[str, Plain], user: str, mounts: list[Plain]) -> Plain:
    result["securityContext"] = security(user)
    result["volumeMounts"] = mounts
    result["terminationMessagePolicy"] = "FallbackToLogsOnError"
    return result

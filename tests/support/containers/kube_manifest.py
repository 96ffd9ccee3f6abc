"""Prepares a rendered Kubernetes manifest for ``podman kube play``: little, and nothing silently.

Every object and every field of a pod is known here as one of: podman does it, this module or ``kube_play``
does it in podman's place, or it is left out for a reason. What is none of these is an error.

What ``kube_play`` does in podman's place: probes (podman 4.3 turns them into a ``curl`` that no image has),
``fsGroup`` (podman gives an emptyDir to root), and a port of this machine for each container port.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tests.support.containers import s3
from tests.support.containers.registry import free_port

# Of a cluster, not of a pod: nobody is there to read them.
KINDS_LEFT_OUT = frozenset(
    {"ServiceAccount", "NetworkPolicy", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"}
)
POD_DONE = frozenset({"containers", "initContainers", "volumes", "securityContext", "restartPolicy"})
POD_LEFT_OUT = frozenset(
    {
        "serviceAccountName",  # no API server gives out tokens
        "automountServiceAccountToken",
        "enableServiceLinks",  # no services
        "nodeSelector",  # one node
        "tolerations",
        "topologySpreadConstraints",
        "terminationGracePeriodSeconds",  # KubePod.stop
        "activeDeadlineSeconds",
    }
)
CONTAINER_DONE = frozenset(
    {"name", "image", "imagePullPolicy", "command", "args", "env", "envFrom", "ports", "resources"}
    | {"securityContext", "volumeMounts"}
)
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
CONTAINER_LEFT_OUT = frozenset(
    {
        "lifecycle",  # preStop.sleep gives a load balancer time, and there is none
        "terminationMessagePolicy",
    }
)
CONTEXT_DONE = frozenset(
    {"runAsUser", "runAsGroup", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"}
    | {"seccompProfile", "runAsNonRoot"}  # the engine's own profile; the user is asked inside
)
RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})


class Unsupported(Exception):
    """The manifest asks for something that cannot be done here; the message names it."""


@dataclass(frozen=True)
class Probe:
    """One probe of a container, ready to be asked. Seconds; ``path`` is empty for a TCP probe."""

    kind: str
    container: str
    port: int
    path: str
    period: int
    timeout: int
    failures: int


@dataclass(frozen=True)
class Prepared:
    """``text`` is what podman gets. ``ports`` are of this machine, by container port."""

    text: str
    init: tuple[str, ...]
    containers: tuple[str, ...]
    volumes: tuple[str, ...]
    group: int | None
    grace: int
    probes: tuple[Probe, ...]
    ports: Mapping[int, int]


def prepare(text: str, *, storage: bool) -> Prepared:
    """The one workload of a manifest, with its ConfigMaps. ``storage``: its containers find the local S3."""
    documents = [document for document in yaml.safe_load_all(text) if document is not None]
    maps = [one for one in documents if one["kind"] == "ConfigMap"]
    workloads = [one for one in documents if one["kind"] in ("Deployment", "CronJob")]
    others = {one["kind"] for one in documents} - {"ConfigMap", "Deployment", "CronJob"} - KINDS_LEFT_OUT
    if others or len(workloads) != 1:
        raise Unsupported(f"one Deployment or CronJob, and not {', '.join(sorted(others)) or 'several'}")
    workload = copy.deepcopy(workloads[0])
    if workload["kind"] == "CronJob":  # podman knows no jobs: the pod that one run is
        template = workload["spec"]["jobTemplate"]["spec"]["template"]
        workload = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": workload["metadata"]["name"], "labels": template["metadata"]["labels"]},
            "spec": template["spec"],
        }
        spec = workload["spec"]
    else:
        spec = workload["spec"]["template"]["spec"]
    return _adapt(maps, workload, spec, storage)


def _adapt(
    maps: list[dict[str, Any]], workload: dict[str, Any], spec: dict[str, Any], storage: bool
) -> Prepared:
    _known("the pod", spec, POD_DONE | POD_LEFT_OUT)
    context = spec["securityContext"]
    _known("the pod's securityContext", context, CONTEXT_DONE | {"fsGroup", "fsGroupChangePolicy"})
    ports: dict[int, int] = {}
    probes = []
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        _known(container["name"], container, CONTAINER_DONE | CONTAINER_LEFT_OUT | set(PROBES))
        _known(f"securityContext of {container['name']}", container["securityContext"], CONTEXT_DONE)
        for amounts in container["resources"].values():
            _known(f"resources of {container['name']}", amounts, RESOURCES)
        probes += list(_probes(container))
        for port in container.get("ports", []):
            ports[port["containerPort"]] = free_port()
            port |= {"hostPort": ports[port["containerPort"]], "hostIP": "127.0.0.1"}
        if storage:
            more = [{"name": name, "value": value} for name, value in s3.ENVIRON.items()]
            container["env"] = [*container.get("env", []), *more]
    for volume in spec.get("volumes", []):
        _known(f"volume {volume['name']}", volume, frozenset({"name", "emptyDir", "configMap"}))
    return Prepared(
        text=yaml.safe_dump_all([*maps, workload], sort_keys=False),
        init=tuple(container["name"] for container in spec.get("initContainers", [])),
        containers=tuple(container["name"] for container in spec["containers"]),
        volumes=tuple(volume["name"] for volume in spec.get("volumes", []) if "emptyDir" in volume),
        group=context.get("fsGroup"),
        grace=spec.get("terminationGracePeriodSeconds", 30),
        probes=tuple(probes),
        ports=ports,
    )


def _known(where: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(given.keys() - known)
    if unknown:
        raise Unsupported(f"{where}: nothing here knows {', '.join(unknown)}")


def _probes(container: dict[str, Any]) -> Iterator[Probe]:
    """Takes the probes out of a container."""
    named = {port["name"]: port["containerPort"] for port in container.get("ports", []) if "name" in port}
    for kind in PROBES:
        if kind not in container:
            continue
        probe = container.pop(kind)
        how = frozenset({"httpGet", "tcpSocket", "periodSeconds", "timeoutSeconds", "failureThreshold"})
        _known(f"{kind} of {container['name']}", probe, how)
        action = probe.get("httpGet") or probe["tcpSocket"]
        port = action["port"]
        yield Probe(
            kind=kind,
            container=container["name"],
            port=named[port] if isinstance(port, str) else port,
            path=action.get("path", ""),
            period=probe.get("periodSeconds", 10),
            timeout=probe.get("timeoutSeconds", 1),
            failures=probe.get("failureThreshold", 3),
        )

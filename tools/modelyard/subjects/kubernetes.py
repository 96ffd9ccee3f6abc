"""Objects of Kubernetes: where their pods are. What is in a pod is read in ``pods``."""

from __future__ import annotations

from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.gathering import Gathering, walk
from modelyard.subjects.pods import Owner, gather_container, gather_pod

template: Path = ("spec", "template", "spec")
pod_specs: dict[str, Path] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "ReplicationController": template,
    "ReplicaSet": template,
    "Deployment": template,
    "StatefulSet": template,
    "DaemonSet": template,
    "Job": template,
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
ending = frozenset({"Job", "CronJob"})
# Kinds of other groups whose pods end by themselves.
custom_ending = (
    "Job",
    "SparkApplication",
    "Workflow",
    "WorkflowTemplate",
    "CronWorkflow",
    "PipelineRun",
    "TaskRun",
)
# The groups of Kubernetes itself: nothing but the kinds above has pods in them.
core_groups = frozenset(
    {
        *("", "apps", "batch", "extensions", "autoscaling", "policy", "kustomize.config.k8s.io"),
        *("networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io", "apiextensions.k8s.io"),
        *("admissionregistration.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io"),
        *("scheduling.k8s.io", "node.k8s.io", "certificates.k8s.io", "apiregistration.k8s.io"),
        *("authentication.k8s.io", "authorization.k8s.io", "flowcontrol.apiserver.k8s.io", "resource.k8s.io"),
    }
)
pod_lists = ("containers", "initContainers", "ephemeralContainers")


def gather(gathering: Gathering) -> None:
    """The pods of one object, with their containers."""
    data = gathering.document.data
    if not isinstance(data, dict):
        gathering.wrong((), "", "an object of Kubernetes", "a mapping", data)
        return
    owner = owner_of(data)
    check_head(gathering, data, owner)
    version = data.get("apiVersion")
    group = version.rpartition("/")[0] if isinstance(version, str) else ""
    if group in core_groups:
        path = pod_specs.get(owner.kind)
        if path is not None:
            gather_known(gathering, data, path, owner)
        elif owner.kind.endswith("List") and not isinstance(data.get("items"), (list, type(None))):
            gathering.wrong(("items",), owner.resource, "items", "a list", data["items"])
    else:
        gather_custom(gathering, data, owner)


def owner_of(data: dict[str, Any]) -> Owner:
    """Kind and name of the object."""
    kind = data.get("kind")
    metadata = data.get("metadata")
    name = namespace = None
    if isinstance(metadata, dict):
        name = metadata.get("name") or metadata.get("generateName")
        namespace = metadata.get("namespace")
    kind, name, namespace = (one if isinstance(one, str) else "" for one in (kind, name, namespace))
    return Owner(kind, name, namespace, f"{kind}/{name}", kind not in ending)


def check_head(gathering: Gathering, data: dict[str, Any], owner: Owner) -> None:
    """Reports the parts of an object's head that have the wrong shape."""
    for key, wanted, kind in (("apiVersion", "a string", str), ("metadata", "a mapping", dict)):
        value = data.get(key)
        if value is not None and not isinstance(value, kind):
            gathering.wrong((key,), owner.resource, key, wanted, value)
    if not owner.kind:
        gathering.wrong(("kind",), owner.resource, "kind", "a string", data.get("kind"))


def gather_known(gathering: Gathering, data: dict[str, Any], path: Path, owner: Owner) -> None:
    """The pod of a kind that Kubernetes itself has."""
    inner: Any = data
    for count, step in enumerate(path, 1):
        holder, inner = inner, inner.get(step)
        if not isinstance(inner, dict):
            if inner is not None or step in holder:
                gathering.wrong(path[:count], owner.resource, str(step), "a mapping", inner)
            return
    gather_pod(gathering, inner, path, metadata_of(data, path), owner)


def metadata_of(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """The metadata beside a pod spec, or an empty mapping."""
    holder: Any = data
    for step in path[:-1]:
        holder = holder[step]
    metadata = holder.get("metadata") if isinstance(holder, dict) else None
    return metadata if isinstance(metadata, dict) else {}


def gather_custom(gathering: Gathering, data: dict[str, Any], owner: Owner) -> None:
    """The pods in an object of somebody else's kind: wherever containers are."""
    if owner.kind.endswith(custom_ending):
        owner = owner.ended()
    seen: list[Path] = []
    for key, value in data.items():
        if key in ("metadata", "status"):
            continue
        for path, inner in walk(value, (key,)):
            if any(path[: len(one)] == one for one in seen):
                continue
            if has_containers(inner, path):
                gather_pod(gathering, inner, path, metadata_of(data, path), owner.part(part_name(path)))
                seen += [(*path, name) for name in pod_lists]
            elif isinstance(inner.get("image"), str) and inner["image"]:
                gather_container(gathering, inner, path, owner.part(part_name(path[:-1])))


def part_name(path: Path) -> str:
    """What tells a pod from the others of its object: the steps to it that not every pod has."""
    return ".".join(str(step) for step in path if step not in ("spec", "template"))


def has_containers(value: dict[str, Any], path: Path) -> bool:
    """Whether a mapping of an unknown kind is a pod spec. In a pod template it is, whatever its lists are."""
    if path[-2:] == ("template", "spec"):
        return any(value.get(name) is not None for name in pod_lists)
    return any(is_container_list(value.get(name)) for name in pod_lists)


def is_container_list(value: Any) -> bool:
    """Whether a list of an unknown kind holds containers, and not only names of containers."""
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)

"""Pod specs of Kubernetes as facts. Field names and defaults: Kubernetes API reference, core/v1 PodSpec."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import Pod, Said, Workload
from modelyard.subjects.gathering import Gathering, text_of
from modelyard.subjects.images import image_use
from modelyard.subjects.pod_containers import Inherited, Role, add_container

lists: tuple[tuple[str, Role], ...] = (
    ("initContainers", "init"),
    ("containers", "main"),
    ("ephemeralContainers", "ephemeral"),
)


@dataclass(frozen=True, slots=True)
class Owner:
    """The object that a pod is of."""

    kind: str
    name: str
    namespace: str
    resource: str
    serves: bool

    def part(self, name: str) -> Owner:
        """The same, of one of several pods that it has."""
        return replace(self, resource=f"{self.resource} pod/{name}") if name else self

    def ended(self) -> Owner:
        """The same, of pods that end."""
        return replace(self, serves=False)


def gather_pod(
    gathering: Gathering, spec: dict[str, Any], path: Path, metadata: dict[str, Any], owner: Owner
) -> None:
    """Adds the pod whose spec stands at ``path``, what it is for its containers, and them."""
    resource = owner.resource
    namespaces = [
        Said(name, (*path, key))
        for name, key in (("network", "hostNetwork"), ("pid", "hostPID"), ("ipc", "hostIPC"))
        if key in spec and (said := gathering.flag(spec, key, path, resource, worst=True)) and said.value
    ]
    host_paths, volumes = host_volumes(gathering, spec, path, resource)
    workload = Workload(
        document=gathering.document,
        path=path,
        resource=resource,
        platform="kubernetes",
        kind=owner.kind,
        name=owner.name,
        serves=owner.serves,
        host_namespaces=tuple(namespaces),
        host_paths=host_paths,
    )
    gathering.add(workload)
    gathering.add(
        Pod(
            document=gathering.document,
            path=path,
            resource=resource,
            kind=owner.kind,
            name=owner.name,
            namespace=owner.namespace,
            spec=spec,
            metadata=metadata,
            metadata_path=(*path[:-1], "metadata"),
        )
    )
    context = gathering.mapping(spec, "securityContext", path, resource)
    resources = gathering.mapping(spec, "resources", path, resource)
    network = any(one.value == "network" for one in namespaces)
    inherited = Inherited(path, context, resources, volumes, network)
    for key, role in lists:
        if key not in spec:
            continue
        if not isinstance(spec[key], list):
            gathering.wrong((*path, key), resource, key, "a list", spec[key])
            continue
        for place, item in gathering.mappings(spec, key, path, resource):
            add_container(gathering, item, place, role, workload, inherited)


def gather_container(gathering: Gathering, item: dict[str, Any], path: Path, owner: Owner) -> None:
    """Adds a container that stands by itself in an object of somebody else's kind."""
    workload = Workload(
        document=gathering.document,
        path=path,
        resource=owner.resource,
        platform="kubernetes",
        kind=owner.kind,
        name=owner.name,
        serves=owner.serves,
    )
    gathering.add(workload)
    add_container(gathering, item, path, "main", workload, Inherited(path, {}, {}, {}, False))


def host_volumes(
    gathering: Gathering, spec: dict[str, Any], path: Path, resource: str
) -> tuple[tuple[Said[str], ...], dict[str, tuple[str, bool]]]:
    """The paths of the host in the volumes, and each by the name of its volume."""
    found: list[Said[str]] = []
    by_name: dict[str, tuple[str, bool]] = {}
    for place, volume in gathering.mappings(spec, "volumes", path, resource):
        source = volume.get("image")
        if isinstance(source, dict) and isinstance(source.get("reference"), str):
            where = (*place, "image", "reference")
            image_use(gathering, source["reference"], where, resource, "kubernetes", source["reference"])
        if "hostPath" not in volume:
            continue
        host = volume["hostPath"]
        if not isinstance(host, dict):
            gathering.wrong((*place, "hostPath"), resource, "hostPath", "a mapping", host)
            host = {}
        source = text_of(host.get("path"))
        found.append(Said(source, (*place, "hostPath", "path")))
        by_name[text_of(volume.get("name"))] = (source, False)
    return tuple(found), by_name
